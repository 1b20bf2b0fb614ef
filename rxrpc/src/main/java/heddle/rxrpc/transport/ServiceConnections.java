package heddle.rxrpc.transport;

import heddle.rxrpc.wire.PacketHeader;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The wire connections that clients have to our services. Only the receive thread looks up and
 * adds; the reaper removes.
 *
 * <p>A packet whose connection the reaper is just taking is handled by a replacement that knows
 * what the channels did last, so that a late duplicate is never taken for a new call; or, where the
 * client must be known, begins anew.
 */
final class ServiceConnections {
  record Key(int epoch, int connectionId, InetSocketAddress peer) {}

  private static final long UNVERIFIED_NANOS = 60_000_000_000L;

  private final Map<Key, ConnectionDriver> connections = new ConcurrentHashMap<>();
  private final int limit;
  private final FirstSerials serials;
  private volatile boolean closed;

  /**
   * Creates an empty table.
   *
   * @param limit most connections at a time
   * @param serials where the serials of new ones begin
   */
  ServiceConnections(int limit, FirstSerials serials) {
    this.limit = limit;
    this.serials = serials;
  }

  static Key key(PacketHeader header, InetSocketAddress peer) {
    return new Key(header.epoch(), header.connectionId(), peer);
  }

  /** Returns the connection of a packet, held once more, or null if there is none. */
  @Nullable ConnectionDriver acquire(PacketHeader header, InetSocketAddress peer) {
    Key key = key(header, peer);
    ConnectionDriver found = connections.get(key);
    while (found != null && !found.uses().acquire()) {
      if (found.handshake() != null) {
        forget(key, found);
        return null;
      }
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

  /**
   * Adds a connection, held once more, or returns null if there are too many.
   *
   * @param maker is given the serial of the first packet
   */
  @Nullable ConnectionDriver add(
      PacketHeader header, InetSocketAddress peer, IntFunction<ConnectionDriver> maker) {
    if (connections.size() >= limit) {
      return null;
    }
    Key key = key(header, peer);
    ConnectionDriver connection = maker.apply(serials.of(key));
    connection.uses().acquire();
    if (!put(key, connection)) {
      connection.close();
      return null;
    }
    return connection;
  }

  /** Returns false if there is one already, or the table is closed. */
  private boolean put(Key key, ConnectionDriver connection) {
    return connections.computeIfAbsent(key, absent -> closed ? null : connection) == connection;
  }

  /**
   * Drops and returns what has been idle for {@code idleNanos}, and what nobody has shown to be his
   * within a minute, whatever goes on there.
   */
  List<ConnectionDriver> reap(long nowNanos, long idleNanos) {
    List<ConnectionDriver> dropped = new ArrayList<>();
    connections.forEach(
        (key, connection) -> {
          HandshakeDriver handshake = connection.handshake();
          boolean gaveWay =
              handshake != null
                  && handshake.giveWayAfter(nowNanos, Math.min(UNVERIFIED_NANOS, idleNanos));
          if ((gaveWay || connection.idleNanos(nowNanos) >= idleNanos) && drop(connection)) {
            dropped.add(connection);
          }
        });
    return dropped;
  }

  /** Drops a connection; returns false if somebody holds it. */
  boolean drop(ConnectionDriver connection) {
    if (!connection.uses().retire()) {
      return false;
    }
    InetSocketAddress peer = connection.peer().address();
    forget(new Key(connection.epoch(), connection.connectionId(), peer), connection);
    return true;
  }

  /** Removes the entry of a connection that was retired, but not that of its replacement. */
  void forget(Key key, ConnectionDriver retired) {
    serials.dropped(key, retired.lastSerial()); // first: it may be made again at once
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
