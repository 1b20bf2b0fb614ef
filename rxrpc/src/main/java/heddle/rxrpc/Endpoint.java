package heddle.rxrpc;

import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetSocketAddress;

/** One local UDP socket that speaks Rx: makes calls, serves calls. Thread-safe. */
public final class Endpoint implements AutoCloseable {
  private Endpoint() {}

  public static Endpoint open() throws IOException {
    return open(EndpointConfig.DEFAULT);
  }

  public static Endpoint open(EndpointConfig config) throws IOException {
    throw new UnsupportedOperationException();
  }

  public InetSocketAddress localAddress() {
    throw new UnsupportedOperationException();
  }

  /** Returns a handle; sends nothing, never blocks. */
  public Connection connect(InetSocketAddress peer, int serviceId, Security security) {
    throw new UnsupportedOperationException();
  }

  /** Serves {@code serviceId}: every incoming call runs {@code handler} on its own virtual thread. */
  public Service serve(int serviceId, CallHandler handler) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Aborts every call, wakes every waiter, closes the socket. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
