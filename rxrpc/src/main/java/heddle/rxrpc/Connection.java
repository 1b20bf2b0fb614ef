package heddle.rxrpc;

import java.net.InetSocketAddress;

/** A cheap handle on the cached bundle of wire connections to a peer's service. Thread-safe. */
public final class Connection implements AutoCloseable {
  private Connection() {}

  /** Returns at once; sending waits for a channel. */
  public Call newCall(CallOptions options) {
    throw new UnsupportedOperationException();
  }

  public Call newCall() {
    return newCall(CallOptions.DEFAULT);
  }

  public InetSocketAddress peer() {
    throw new UnsupportedOperationException();
  }

  public int serviceId() {
    throw new UnsupportedOperationException();
  }

  public PeerInfo peerInfo() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
