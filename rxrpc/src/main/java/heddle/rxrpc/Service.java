package heddle.rxrpc;

import heddle.rxrpc.transport.HostedService;

/** A service that an endpoint hosts. Closing it refuses further calls; those under way go on. */
public final class Service implements AutoCloseable {
  private final HostedService hosted;

  Service(HostedService hosted) {
    this.hosted = hosted;
  }

  /** Returns the service ID. */
  public int serviceId() {
    return hosted.serviceId();
  }

  @Override
  public void close() {
    hosted.close();
  }
}
