package heddle.rxrpc.transport;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Drops connections that are idle, from time to time, as long as there are any; and those of
 * strangers, to make room for others.
 */
final class Reaper extends Timeout {
  static final int MAX_UNVERIFIED = 1_000; // connections of clients that are not known yet

  private final LocalEndpoint endpoint;
  private final EndpointSettings.Expiry expiry;
  private final ConnectionCache cache;
  private final ServiceConnections serviceConnections;
  private final AtomicBoolean running = new AtomicBoolean();

  Reaper(
      LocalEndpoint endpoint,
      EndpointSettings.Expiry expiry,
      ConnectionCache cache,
      ServiceConnections serviceConnections) {
    this.endpoint = endpoint;
    this.expiry = expiry;
    this.cache = cache;
    this.serviceConnections = serviceConnections;
  }

  /** There is something to reap some time. */
  void begin() {
    if (!running.get() && running.compareAndSet(false, true)) {
      endpoint.timers().schedule(this, endpoint.nanoTime() + Math.max(1, expiry.crowdedNanos()));
    }
  }

  @Override
  void onTimeout(long nowNanos) {
    boolean crowded = cache.connectionCount() > expiry.crowd();
    reaped(cache.reap(nowNanos, crowded ? expiry.crowdedNanos() : expiry.clientNanos()), nowNanos);
    reaped(serviceConnections.reap(nowNanos, expiry.serviceNanos()), nowNanos);
    running.set(false);
    if (!endpoint.isClosed()
        && cache.connectionCount() + cache.bundleCount() + serviceConnections.size() > 0) {
      begin();
    }
  }

  /**
   * Makes room for one more client that is not known yet. Who means it is known after one exchange,
   * so that the oldest is the least likely to be one.
   */
  void makeRoomForStranger() {
    HandshakeDriver oldest =
        endpoint.strangers().count() < MAX_UNVERIFIED ? null : endpoint.strangers().oldest();
    if (oldest != null && oldest.giveWay() && serviceConnections.drop(oldest.connection())) {
      reaped(List.of(oldest.connection()), endpoint.nanoTime());
    } // else it is the next reaping's
  }

  private void reaped(List<ConnectionDriver> dropped, long nowNanos) {
    for (ConnectionDriver connection : dropped) {
      connection.dropped();
      endpoint.observer().connectionReaped(connection, nowNanos);
    }
  }
}
