package heddle.rxrpc.transport;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import heddle.rxrpc.protocol.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client's connections: bundles by what calls share them, wire connections by their ID.
 *
 * <p><b>Who removes what.</b> The cache never evicts: a bundle in use must not go, whatever its
 * age. The reaper takes wire connections that have been idle for too long out of their bundles, and
 * a bundle that has none left and that nobody holds out of the cache. It removes an entry only
 * while it is still that very entry. A look-up that meets a bundle which the reaper has just taken
 * puts another in its place.
 */
final class ConnectionCache {
  private final Cache<Bundle.Key, Bundle> bundles = Caffeine.newBuilder().build();
  private final Map<Integer, ConnectionDriver> connections = new ConcurrentHashMap<>();
  private final AtomicInteger nextId;
  private volatile boolean closed;

  /**
   * Creates an empty cache.
   *
   * @param firstId where connection IDs begin; the two channel bits are cleared
   */
  ConnectionCache(int firstId) {
    nextId = new AtomicInteger(firstId & -ConnectionDriver.CHANNELS);
  }

  /**
   * Returns the bundle for {@code key}, held once more; the caller releases it.
   *
   * @return null if the cache is closed
   */
  @Nullable Bundle acquire(Bundle.Key key, Function<Bundle.Key, Bundle> maker) {
    while (true) {
      Bundle bundle = bundles.get(key, absent -> closed ? null : maker.apply(absent));
      if (bundle == null || bundle.uses().acquire()) {
        return bundle;
      }
      forget(bundle); // being reaped
    }
  }

  /** Removes the entry of a bundle that was retired, but not that of its replacement. */
  void forget(Bundle retired) {
    bundles.asMap().remove(retired.key(), retired);
  }

  /** Makes a wire connection with an ID that no other has. */
  ConnectionDriver connect(Function<Integer, ConnectionDriver> maker) {
    while (true) {
      int id = nextId.getAndAdd(ConnectionDriver.CHANNELS);
      if (id != 0 && !connections.containsKey(id)) {
        ConnectionDriver connection = maker.apply(id);
        if (connections.putIfAbsent(id, connection) == null) {
          return connection;
        }
      }
    }
  }

  /** Drops a connection that no call has used. */
  void remove(ConnectionDriver connection) {
    connections.remove(connection.connectionId(), connection);
  }

  @Nullable ConnectionDriver find(int connectionId) {
    return connections.get(connectionId);
  }

  /** Drops what has been idle for {@code idleNanos}; returns the wire connections dropped. */
  List<ConnectionDriver> reap(long nowNanos, long idleNanos) {
    List<ConnectionDriver> dropped = new ArrayList<>();
    bundles
        .asMap()
        .forEach(
            (key, bundle) -> {
              for (ConnectionDriver idle : bundle.removeIdle(nowNanos, idleNanos)) {
                connections.remove(idle.connectionId(), idle);
                dropped.add(idle);
              }
              if (bundle.retire()) {
                forget(bundle);
              }
            });
    return dropped;
  }

  int connectionCount() {
    return connections.size();
  }

  int bundleCount() {
    return bundles.asMap().size();
  }

  Collection<Bundle> bundles() {
    return bundles.asMap().values();
  }

  Collection<ConnectionDriver> connections() {
    return connections.values();
  }

  /** Takes no further bundles, and no bundle takes further calls; forgets all there are. */
  void close() {
    closed = true;
    bundles.asMap().values().forEach(Bundle::close);
    connections.values().forEach(ConnectionDriver::close);
    connections.clear();
    bundles.invalidateAll();
  }

  /** Peers live as long as a connection or bundle holds them. */
  static Cache<java.net.InetSocketAddress, Peer> peers() {
    return Caffeine.newBuilder().weakValues().build();
  }
}
