package heddle.rxrpc.transport;

import org.jspecify.annotations.Nullable;

/**
 * How what outlives an endpoint knows it: a bundle through a call that a user still holds, a
 * service through its handle. The endpoint cuts the link when it closes.
 */
final class EndpointLink {
  private volatile @Nullable LocalEndpoint endpoint;

  EndpointLink(LocalEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Returns the endpoint, or null once it is closed. */
  @Nullable LocalEndpoint get() {
    return endpoint;
  }

  void cut() {
    endpoint = null;
  }
}
