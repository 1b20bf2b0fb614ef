package heddle.rxrpc;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.transport.Bundle;
import heddle.rxrpc.transport.CallDriver;
import heddle.rxrpc.transport.LocalEndpoint;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A handle on the bundle of wire connections to one service of a peer: up to four connections of
 * four channels each, shared by all handles that are equal in peer, service and security.
 * Thread-safe and cheap; the wire connections are made when calls need them.
 *
 * <p>Protocol source: rx-spec.txt, "Connections".
 */
public final class Connection implements AutoCloseable {
  private final LocalEndpoint endpoint;
  private final EndpointConfig config;
  private final Bundle bundle;
  private final AtomicBoolean closed = new AtomicBoolean();

  Connection(LocalEndpoint endpoint, EndpointConfig config, Bundle bundle) {
    this.endpoint = endpoint;
    this.config = config;
    this.bundle = bundle;
  }

  /**
   * Makes a call and returns at once: the call exists and can be aborted, its hard time-out runs;
   * its first operation waits for a channel.
   *
   * @throws IllegalStateException if this handle is closed
   */
  public Call newCall(CallOptions options) {
    if (closed.get()) {
      throw new IllegalStateException("connection handle is closed");
    }
    if (!options.upgrade()) {
      return newCall(bundle, options);
    }
    Bundle upgrading = endpoint.acquireUpgrade(bundle);
    try {
      return newCall(upgrading, options);
    } finally {
      upgrading.release();
    }
  }

  private Call newCall(Bundle carrier, CallOptions options) {
    Sharing sharing = options.exclusive() ? Sharing.EXCLUSIVE : Sharing.SHARED;
    CallDriver driver = endpoint.newCall(carrier, timeouts(options), sharing, options.userId());
    return new Call(driver, options, endpoint.calls());
  }

  private CallTimeouts timeouts(CallOptions options) {
    return new CallTimeouts(
        options.hardTimeout().toNanos(),
        orElse(options.idleTimeout(), config.idleTimeout()).toNanos(),
        orElse(options.normalTimeout(), config.normalTimeout()).toNanos(),
        config.busyTimeout().toNanos());
  }

  private static Duration orElse(Duration given, Duration otherwise) {
    return given.isZero() ? otherwise : given;
  }

  /** Makes a call with {@link CallOptions#DEFAULT}. */
  public Call newCall() {
    return newCall(CallOptions.DEFAULT);
  }

  /** Returns the peer's address. */
  public InetSocketAddress peer() {
    return bundle.peer().address();
  }

  /** Returns the service ID. */
  public int serviceId() {
    return bundle.serviceId();
  }

  /** Returns what is known of the peer now. */
  public PeerInfo peerInfo() {
    Peer peer = bundle.peer();
    return new PeerInfo(
        peer.address(), Duration.ofNanos(peer.smoothedRttNanos()), peer.packetBytes());
  }

  /** Gives the handle back. Calls under way go on. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      bundle.release();
    }
  }

  @Override
  public String toString() {
    return peer() + " service " + serviceId();
  }
}
