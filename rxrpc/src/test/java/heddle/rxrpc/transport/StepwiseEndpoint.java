package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.trace.Diagnosis;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An endpoint without threads whose packets, time and time-outs a test gives and takes. */
final class StepwiseEndpoint implements AutoCloseable {
  static final long SECOND = 1_000_000_000L;
  static final InetSocketAddress ADDRESS = new InetSocketAddress("192.0.2.7", 7001);
  static final String VERSION = "heddle-rxrpc test";

  private final List<Sent> sent = new ArrayList<>();
  private final LocalEndpoint endpoint;
  private long nowNanos = 1_000 * SECOND;

  /** A datagram that the endpoint sent. */
  record Sent(long atNanos, InetSocketAddress to, ByteBuffer bytes) {}

  /** Remembers what is sent. */
  private final class Port implements DatagramPort {
    @Override
    public boolean receive(ReceiveBatch batch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void send(SendBatch batch) {
      for (int i = 0; i < batch.count(); i++) {
        ByteBuffer copy = ByteBuffer.allocate(batch.length(i)).put(batch.datagram(i)).flip();
        sent.add(new Sent(nowNanos, batch.destination(i), copy));
      }
    }

    @Override
    public InetSocketAddress localAddress() {
      return ADDRESS;
    }

    @Override
    public void close() {}
  }

  StepwiseEndpoint(Diagnosis diagnosis, long natKeepAliveNanos) {
    EndpointSettings.Expiry expiry =
        new EndpointSettings.Expiry(120 * SECOND, 2 * SECOND, 900, 600 * SECOND);
    EndpointSettings settings =
        new EndpointSettings(
            Limits.DEFAULT,
            4,
            100,
            100,
            expiry,
            natKeepAliveNanos,
            diagnosis,
            VERSION,
            EndpointSettings.DEFAULT_RECEIVE_BUDGET);
    endpoint = LocalEndpoint.simulated(new Port(), () -> nowNanos, settings, new Random(20261121));
  }

  LocalEndpoint endpoint() {
    return endpoint;
  }

  long nowNanos() {
    return nowNanos;
  }

  void advance(long nanos) {
    nowNanos += nanos;
  }

  /** Lets time pass from deadline to deadline as long as there are any; at most a day. */
  void runToTheEnd() {
    long limit = nowNanos + 86_400 * SECOND;
    long next = endpoint.timers().fireDue();
    while (next != Long.MAX_VALUE && next < limit) {
      nowNanos = next;
      next = endpoint.timers().fireDue();
    }
  }

  /** Gives the endpoint a datagram. */
  void receive(InetSocketAddress source, ByteBuffer datagram) {
    ReceiveBatch batch = new ReceiveBatch(datagram.remaining());
    int length = datagram.remaining();
    batch.buffer().put(datagram.duplicate());
    batch.add(0, length, source);
    endpoint.receiveLoop().process(batch);
  }

  /** Returns what was sent since the last time. */
  List<Sent> takeSent() {
    List<Sent> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
