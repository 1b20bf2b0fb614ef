package heddle.rxrpc.transport;

import heddle.rxrpc.wire.PacketHeader;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The wire connections that clients have to our services. Only the receive thread looks up and
 * adds; the reaper removes.
 *
 * <p>A packet whose connection the reaper is just taking is handled by a replacement that knows
 * what the channels did last, so that a late duplicate is never taken for a new call.
 */
final class ServiceConnections {
  record Key(int epoch, int connectionId, InetSocketAddress peer) {}

  private static final long UNVERIFIED_NANOS = 60_000_000_000L;

  private final Map<Key, ConnectionDriver> connections = new ConcurrentHashMap<>();
  private final int limit;
  private volatile boolean closed;

  /**
   * Creates an empty table.
   *
   * @param limit most connections at a time
   */
  ServiceConnections(int limit) {
    this.limit = limit;
  }

  static Key key(PacketHeader header, InetSocketAddress peer) {
    return new Key(header.epoch(), header.connectionId(), peer);
  }

  /** Returns the connection of a packet, held once more, or null if there is none. */
  @Nullable ConnectionDriver acquire(PacketHeader header, InetSocketAddress peer) {
    Key key = key(header, peer);
    ConnectionDriver found = connections.get(key);
    while (found != null && !found.uses().acquire()) {
      ConnectionDriver replacement = found.successor();
      if (connections.replace(key, found, replacement) || put(key, replacement)) {
        found = replacement;
      } else {
        replacement.close();
        found = connections.get(key);
      }
    }
    return found;
  }

  /** Adds a connection, held once more, or returns null if there are too many. */
  @Nullable ConnectionDriver add(
      PacketHeader header, InetSocketAddress peer, Supplier<ConnectionDriver> maker) {
    if (connections.size() >= limit) {
      return null;
    }
    ConnectionDriver connection = maker.get();
    connection.uses().acquire();
    return put(key(header, peer), connection) ? connection : null;
  }

  /** Returns false if there is one already, or the table is closed. */
  private boolean put(Key key, ConnectionDriver connection) {
    return connections.computeIfAbsent(key, absent -> closed ? null : connection) == connection;
  }

  /**
   * Drops and returns what has been idle for {@code idleNanos}, and sooner what nobody has shown to
   * be his.
   */
  List<ConnectionDriver> reap(long nowNanos, long idleNanos) {
    List<ConnectionDriver> dropped = new ArrayList<>();
    connections.forEach(
        (key, connection) -> {
          long most = connection.isUnverified() ? Math.min(UNVERIFIED_NANOS, idleNanos) : idleNanos;
          if (connection.idleNanos(nowNanos) >= most && connection.uses().retire()) {
            forget(key, connection);
            dropped.add(connection);
          }
        });
    return dropped;
  }

  /** Removes the entry of a connection that was retired, but not that of its replacement. */
  void forget(Key key, ConnectionDriver retired) {
    connections.remove(key, retired);
  }

  int size() {
    return connections.size();
  }

  Collection<ConnectionDriver> all() {
    return connections.values();
  }

  /** Takes no further connections, and forgets all there are. */
  void close() {
    closed = true;
    connections.values().forEach(ConnectionDriver::close);
    connections.clear();
  }
}
