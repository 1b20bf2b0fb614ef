package heddle.rxrpc.transport;

import heddle.rxrpc.trace.CallPhase;
import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.trace.CallSnapshot.Waiting;
import heddle.rxrpc.trace.ConnectionSnapshot;
import heddle.rxrpc.trace.ConnectionSnapshot.Channel;
import heddle.rxrpc.trace.EndpointStatistics;
import heddle.rxrpc.trace.EndpointStatistics.Datagrams;
import heddle.rxrpc.trace.Outcome;
import heddle.rxrpc.trace.PeerSnapshot;
import heddle.rxrpc.trace.ServiceSnapshot;
import heddle.rxrpc.trace.Side;
import heddle.rxrpc.wire.PacketType;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Snapshots in the words of {@code rxdebug}. Everything in OpenAFS's structures that has no
 * counterpart here, such as its packet pool, is 0; an IPv6 address, for which they have no room, is
 * 0.0.0.0.
 *
 * <p>Protocol source: OpenAFS doc/txt/rx-debug.txt; src/rx/rx.h, {@code rx_debugStats}, {@code
 * rx_debugConn}, {@code rx_debugPeer}, {@code rx_statistics}.
 */
final class DebugAnswers {
  /** Length of the longest answer, without the packet header. */
  static final int MAX_BYTES = 71 * Integer.BYTES;

  private static final byte FORMAT = 'S'; // the version with the total number of packets
  private static final int PACKET_TYPES = 13;
  private static final int RESERVED_BASIC = 6;
  private static final int RESERVED_SECURITY_BYTES = 8 + 8 * Integer.BYTES;
  private static final int RESERVED_CONNECTION = 9;
  private static final int RESERVED_PEER = 10;
  private static final int RESERVED_STATISTICS = 4;
  private static final int SECURITY_NULL = 1;
  private static final int CALLS_WAIT = 1;

  private static final int NOT_INITIALIZED = 0;
  private static final int PRECALL = 1;
  private static final int ACTIVE = 2;
  private static final int DALLY = 3;
  private static final int HOLD = 4;

  private static final int MODE_SENDING = 1;
  private static final int MODE_RECEIVING = 2;
  private static final int MODE_ERROR = 3;
  private static final int MODE_EOF = 4;

  private static final int READER_WAITS = 1;
  private static final int WRITER_WAITS = 2;
  private static final int WAITS_FOR_THREAD = 16;
  private static final int RECEIVE_DONE = 32;

  private static final int HAS_INPUT = 1;
  private static final int HAS_OUTPUT = 2;

  private DebugAnswers() {}

  /** Says that the question is unknown. */
  static void unknown(ByteBuffer out) {
    out.putInt(-8).putInt(-8);
  }

  /** Writes {@code rx_debugStats}. */
  static void basic(ByteBuffer out, EndpointStatistics statistics, List<ServiceSnapshot> services) {
    out.putInt(0).putInt(0).putInt((int) statistics.calls().serviceStarted());
    out.put((byte) 0).put((byte) 1).put(FORMAT).put((byte) 0); // one descriptor: the socket
    out.putInt(services.stream().mapToInt(ServiceSnapshot::waiting).sum());
    out.putInt(services.stream().mapToInt(ServiceSnapshot::idleThreads).sum());
    out.putInt((int) services.stream().mapToLong(ServiceSnapshot::waited).sum());
    out.putInt(0);
    zeros(out, RESERVED_BASIC);
  }

  // ---- connections

  /** Writes {@code rx_debugConn}. */
  static void connection(ByteBuffer out, ConnectionSnapshot connection) {
    out.putInt(host(connection.peer())).putInt(connection.connectionId());
    out.putInt(connection.lastSerialSent());
    connection.channels().forEach(channel -> out.putInt(channel.callNumber()));
    out.putInt(0).putShort((short) connection.peer().getPort());
    out.put((byte) (connection.waitingCalls() > 0 ? CALLS_WAIT : 0));
    out.put((byte) (connection.side() == Side.CLIENT ? 0 : 1));
    out.put((byte) connection.securityIndex()).put((byte) 0).putShort((short) 0);
    connection.channels().forEach(channel -> out.put((byte) state(channel)));
    connection.channels().forEach(channel -> out.put((byte) mode(channel)));
    connection.channels().forEach(channel -> out.put((byte) flags(channel)));
    connection.channels().forEach(channel -> out.put((byte) queues(channel)));
    security(out, connection.securityIndex());
    out.putInt(connection.epoch()).putInt(connection.packetBytes());
    zeros(out, RESERVED_CONNECTION);
  }

  private static void security(ByteBuffer out, int securityIndex) {
    out.put((byte) (securityIndex == 0 ? SECURITY_NULL : 0)).put(new byte[11]);
    zeros(out, 6);
    out.put(new byte[RESERVED_SECURITY_BYTES]);
  }

  /** Writes the {@code rx_debugConn} that says that there is none with this index. */
  static void noConnection(ByteBuffer out) {
    int start = out.position();
    out.putInt(0).putInt(-1);
    out.put(new byte[CONNECTION_BYTES - (out.position() - start)]);
  }

  private static final int CONNECTION_BYTES =
      8 * Integer.BYTES + 8 + 16 + (12 + 6 * Integer.BYTES + RESERVED_SECURITY_BYTES) + 11 * 4;

  private static int state(Channel channel) {
    Optional<CallSnapshot> call = channel.call();
    if (call.isEmpty()) {
      return channel.callNumber() == 0 ? NOT_INITIALIZED : DALLY;
    }
    if (call.get().ending().isPresent()) {
      return DALLY;
    }
    if (call.get().waiting() == Waiting.FOR_ACCEPT) {
      return PRECALL;
    }
    return call.get().phase() == CallPhase.AWAITING_FINAL_ACK ? HOLD : ACTIVE;
  }

  private static int mode(Channel channel) {
    Optional<Outcome> outcome = outcome(channel);
    if (outcome.isPresent()) {
      return outcome.get() == Outcome.SUCCEEDED ? MODE_EOF : MODE_ERROR;
    }
    return channel.call().map(call -> mode(call.phase())).orElse(0);
  }

  private static int mode(CallPhase phase) {
    return switch (phase) {
      case WAITING_FOR_CHANNEL, SENDING_REQUEST, SENDING_REPLY -> MODE_SENDING;
      case AWAITING_REPLY, RECEIVING_REPLY, RECEIVING_REQUEST, SERVING -> MODE_RECEIVING;
      case AWAITING_FINAL_ACK -> MODE_EOF;
    };
  }

  /** Returns how the call that is shown has ended; empty if it has not, or there is none. */
  private static Optional<Outcome> outcome(Channel channel) {
    return (channel.call().isPresent()
            ? channel.call().flatMap(CallSnapshot::ending)
            : channel.last())
        .map(ending -> ending.outcome());
  }

  private static int flags(Channel channel) {
    if (channel.call().isEmpty()) {
      return outcome(channel).equals(Optional.of(Outcome.SUCCEEDED)) ? RECEIVE_DONE : 0;
    }
    CallSnapshot call = channel.call().get();
    int waits =
        switch (call.waiting()) {
          case FOR_DATA -> READER_WAITS;
          case FOR_ROOM -> WRITER_WAITS;
          case FOR_ACCEPT -> WAITS_FOR_THREAD;
          case NOBODY, FOR_CHANNEL -> 0;
        };
    return switch (call.phase()) {
      case SERVING, SENDING_REPLY, AWAITING_FINAL_ACK -> waits | RECEIVE_DONE;
      default -> waits;
    };
  }

  private static int queues(Channel channel) {
    if (channel.call().isEmpty()) {
      return 0;
    }
    CallSnapshot call = channel.call().get();
    boolean output = call.sending().end() != call.sending().firstUnacknowledged();
    return (call.receiving().unread() > 0 ? HAS_INPUT : 0) | (output ? HAS_OUTPUT : 0);
  }

  // ---- peers

  /** Writes {@code rx_debugPeer}. */
  static void peer(ByteBuffer out, PeerSnapshot peer) {
    short mtu = (short) peer.packetBytes();
    out.putInt(host(peer.address())).putShort((short) peer.address().getPort());
    out.putShort(mtu).putInt(0).putShort((short) 0).putShort((short) 0).putLong(0);
    out.putInt(scaledMillis(peer.smoothedRtt(), 8)).putInt(scaledMillis(peer.rttVariation(), 4));
    clock(out, peer.resendTimeout());
    out.putInt((int) peer.dataSent()).putInt((int) peer.dataResent());
    zeros(out, 3);
    out.putShort(mtu).putShort(mtu).putShort((short) 1).putShort((short) 1).putShort(mtu);
    out.putShort((short) peer.slowStartThreshold()).putShort((short) 1).putShort((short) 0);
    out.putLong(peer.bytesSent()).putLong(peer.bytesReceived());
    zeros(out, RESERVED_PEER);
  }

  /** Writes the {@code rx_debugPeer} that says that there is none with this index. */
  static void noPeer(ByteBuffer out) {
    out.putInt(-1).put(new byte[PEER_BYTES - Integer.BYTES]);
  }

  private static final int PEER_BYTES = 92 + RESERVED_PEER * Integer.BYTES;

  private static int scaledMillis(Duration duration, int scale) {
    return (int) (duration.toNanos() * scale / 1_000_000);
  }

  // ---- statistics

  /**
   * Writes {@code rx_statistics}.
   *
   * @param tables sizes of tables, in the order in which the structure has them: connections of
   *     services, connections of clients, peers, calls, calls that are ready
   */
  static void statistics(ByteBuffer out, EndpointStatistics statistics, int... tables) {
    EndpointStatistics.Data data = statistics.data();
    EndpointStatistics.Faults faults = statistics.faults();
    zeros(out, 5);
    out.putInt((int) faults.malformed());
    out.putInt(faults.lastMalformedFrom().map(DebugAnswers::host).orElse(0));
    out.putInt(0).putInt(0).putInt((int) statistics.batches()).putInt(0);
    byType(out, statistics.received());
    out.putInt((int) data.received()).putInt(count(statistics.received(), PacketType.ACK));
    out.putInt((int) data.duplicates()).putInt((int) faults.stray());
    byType(out, statistics.sent());
    out.putInt(count(statistics.sent(), PacketType.ACK));
    out.putInt((int) statistics.sent().acks("PING"));
    out.putInt(count(statistics.sent(), PacketType.ABORT));
    out.putInt(count(statistics.sent(), PacketType.BUSY));
    out.putInt((int) data.sent()).putInt((int) data.resent()).putInt(0).putInt(0);
    clock(out, statistics.roundTrips().total());
    clock(out, statistics.roundTrips().min());
    clock(out, statistics.roundTrips().max());
    out.putInt((int) statistics.roundTrips().samples());
    for (int size : tables) {
      out.putInt(size);
    }
    out.putInt((int) faults.unsent()).putInt(0).putInt((int) faults.late());
    out.putInt(0).putInt(0).putInt(count(statistics.sent(), PacketType.BUSY));
    zeros(out, RESERVED_STATISTICS);
  }

  private static void byType(ByteBuffer out, Datagrams datagrams) {
    for (int wire = 1; wire <= PACKET_TYPES; wire++) {
      PacketType type = PacketType.fromWire(wire);
      out.putInt(type == PacketType.UNKNOWN ? 0 : count(datagrams, type));
    }
  }

  private static int count(Datagrams datagrams, PacketType type) {
    return (int) datagrams.of(type.name());
  }

  // ---- words

  private static void clock(ByteBuffer out, Duration duration) {
    out.putInt((int) duration.toSeconds()).putInt(duration.toNanosPart() / 1000);
  }

  private static int host(InetSocketAddress address) {
    return address.getAddress() instanceof Inet4Address ip
        ? ByteBuffer.wrap(ip.getAddress()).getInt()
        : 0;
  }

  private static void zeros(ByteBuffer out, int words) {
    for (int i = 0; i < words; i++) {
      out.putInt(0);
    }
  }
}
