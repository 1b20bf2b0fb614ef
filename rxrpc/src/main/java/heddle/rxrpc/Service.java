package heddle.rxrpc;

/** A service that an endpoint hosts; closing it refuses further calls. */
public final class Service implements AutoCloseable {
  private Service() {}

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
