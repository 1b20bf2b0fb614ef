package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The receive thread of a port: keeps copies of what came. Closing it closes the port. */
final class PortReader implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final DatagramPort port;
  private final Thread thread;
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<IOException> failures = new LinkedBlockingQueue<>();

  /** A datagram, copied. */
  record Received(InetSocketAddress source, InetAddress local, byte[] bytes) {}

  PortReader(DatagramPort port) {
    this.port = port;
    this.thread = Thread.ofPlatform().daemon().name("port-reader").start(this::run);
  }

  private void run() {
    ReceiveBatch batch = port.newReceiveBatch();
    while (true) {
      try {
        if (!port.receive(batch)) {
          return;
        }
      } catch (IOException e) {
        failures.add(e);
        return;
      }
      for (int i = 0; i < batch.count(); i++) {
        ByteBuffer datagram = batch.datagram(i);
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        received.add(new Received(batch.source(i), batch.local(i), bytes));
      }
    }
  }

  DatagramPort port() {
    return port;
  }

  /** Returns the next datagram, which must come. */
  Received next() throws InterruptedException {
    Received next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("datagram").isNotNull();
    return next;
  }

  /** Returns the bytes of the next datagrams, which must come. */
  List<byte[]> next(int count) throws InterruptedException {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next().bytes());
    }
    return all;
  }

  /** Waits until the thread has ended. */
  void awaitEnd() {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(thread.isAlive()).as("still receiving").isFalse();
    assertThat(failures).isEmpty();
  }

  @Override
  public void close() {
    port.close();
    awaitEnd();
  }
}
