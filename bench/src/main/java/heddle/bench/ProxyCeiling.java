package heddle.bench;

import heddle.rxrpc.transport.DatagramPort;
import heddle.rxrpc.transport.DatagramPorts;
import heddle.rxrpc.transport.ReceiveBatch;
import heddle.rxrpc.transport.SendBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds out what a {@link UdpProxy} carries at most: datagrams in one direction, as many under way
 * as its sockets hold, without delay or loss. Sender and receiver run in the same process, so that
 * the figure is what is left beside them.
 */
final class ProxyCeiling {
  private static final int DATAGRAM_BYTES = 1444;
  private static final int RUN = 44; // datagrams sent in one go
  private static final int WINDOW = 22 * RUN;
  private static final long LOST_NANOS = 200_000_000;

  private final AtomicLong received = new AtomicLong();
  private final DatagramPorts.Choice choice;

  ProxyCeiling(DatagramPorts.Choice choice) {
    this.choice = choice;
  }

  /** Returns megabytes a second. */
  double measure(double seconds) throws IOException {
    InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (DatagramPort sink = DatagramPorts.open(here, choice);
        DatagramPort source = DatagramPorts.open(here, choice);
        UdpProxy proxy =
            UdpProxy.start(here, sink.localAddress(), new UdpProxy.Path(0, 0), 1, choice)) {
      Thread.ofPlatform().daemon().name("ceiling-sink").start(() -> drain(sink));
      blast(source, proxy.address(), seconds / 2); // for the JIT
      long before = received.get();
      long startNanos = System.nanoTime();
      blast(source, proxy.address(), seconds);
      double elapsed = (System.nanoTime() - startNanos) / 1e9;
      return (received.get() - before) * (double) DATAGRAM_BYTES / 1e6 / elapsed;
    }
  }

  private void drain(DatagramPort sink) {
    ReceiveBatch batch = sink.newReceiveBatch();
    try {
      while (sink.receive(batch)) {
        received.addAndGet(batch.count());
      }
    } catch (IOException e) {
      Thread.currentThread().interrupt(); // the sender will find that nothing arrives
    }
  }

  private void blast(DatagramPort source, InetSocketAddress proxy, double seconds) {
    SendBatch batch = SendBatch.direct();
    long endNanos = System.nanoTime() + (long) (seconds * 1e9);
    long sent = received.get();
    long heardNanos = System.nanoTime();
    long heard = sent;
    while (System.nanoTime() - endNanos < 0) {
      if (received.get() != heard) {
        heard = received.get();
        heardNanos = System.nanoTime();
      }
      if (sent - heard > WINDOW - RUN) {
        if (System.nanoTime() - heardNanos > LOST_NANOS) {
          sent = heard; // some were dropped: begin anew
        }
        LockSupport.parkNanos(20_000);
        continue;
      }
      batch.to(proxy);
      for (int i = 0; i < RUN; i++) {
        batch.begin(DATAGRAM_BYTES).put(Zeros.of(DATAGRAM_BYTES));
        batch.end();
      }
      source.send(batch);
      batch.clear();
      sent += RUN;
    }
  }
}
