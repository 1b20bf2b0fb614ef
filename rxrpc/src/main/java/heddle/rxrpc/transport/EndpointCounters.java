package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.trace.EndpointStatistics;
import heddle.rxrpc.trace.EndpointStatistics.Datagrams;
import heddle.rxrpc.trace.EndpointStatistics.Faults;
import heddle.rxrpc.trace.Outcome;
import heddle.rxrpc.transport.CounterStripe.Sum;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketType;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint counts. Thread-safe, without locks.
 *
 * <p><b>Cost.</b> What is counted for each packet takes no atomic operation: what is sent, and the
 * traffic of calls, is counted in the stripe of the batch that is at hand; what comes in is counted
 * by the receive thread alone.
 */
final class EndpointCounters {
  private static final int ROLES = Role.values().length;
  private static final int OUTCOMES = Outcome.values().length;

  private final List<CounterStripe> stripes = new CopyOnWriteArrayList<>();

  // the receive thread alone writes these
  private final AtomicLongArray receivedTypes = new AtomicLongArray(PacketType.values().length);
  private final AtomicLongArray receivedAcks = new AtomicLongArray(AckReason.values().length);
  private final AtomicLongArray receiver = new AtomicLongArray(Receiver.values().length);
  private volatile @Nullable InetSocketAddress lastMalformedFrom;

  private final LongAdder[] callsStarted = adders(ROLES);
  private final LongAdder[] callsEnded = adders(ROLES * OUTCOMES);
  private final LongAdder[] connectionsMade = adders(ROLES);
  private final LongAdder[] connectionsReaped = adders(ROLES);

  /** What the receive thread counts. */
  enum Receiver {
    BYTES,
    BATCHES,
    MALFORMED,
    /** Packets that belong to no connection. */
    STRAY,
    /** Packets of calls that have left their channel. */
    LATE,
    /** Questions of rxdebug that got no answer. */
    QUESTIONS_REFUSED,
    /** Packets that got no answer because too many wanted one. */
    UNANSWERED
  }

  private static LongAdder[] adders(int count) {
    LongAdder[] adders = new LongAdder[count];
    for (int i = 0; i < count; i++) {
      adders[i] = new LongAdder();
    }
    return adders;
  }

  /** Counts also what is counted in {@code stripe}. */
  void register(CounterStripe stripe) {
    stripes.add(stripe);
  }

  // ---- packets received: the receive thread

  /** Counts a datagram that is an Rx packet. */
  void received(Packet packet, int bytes) {
    add(receivedTypes, packet.header().type().ordinal(), 1);
    add(receiver, Receiver.BYTES.ordinal(), bytes);
    if (packet instanceof AckPacket ack) {
      add(receivedAcks, ack.reason().ordinal(), 1);
    }
  }

  void malformed(InetSocketAddress source) {
    lastMalformedFrom = source;
    count(Receiver.MALFORMED);
  }

  void count(Receiver what) {
    add(receiver, what.ordinal(), 1);
  }

  private static void add(AtomicLongArray counters, int index, long amount) {
    counters.setOpaque(index, counters.getPlain(index) + amount);
  }

  // ---- calls and connections: any thread

  void callStarted(Role role) {
    callsStarted[role.ordinal()].increment();
  }

  void callEnded(Role role, Outcome outcome) {
    callsEnded[role.ordinal() * OUTCOMES + outcome.ordinal()].increment();
  }

  void connectionMade(Role role) {
    connectionsMade[role.ordinal()].increment();
  }

  void connectionReaped(Role role) {
    connectionsReaped[role.ordinal()].increment();
  }

  // ---- reading

  /**
   * Returns all counters.
   *
   * @param unsent datagrams that the network did not take
   */
  EndpointStatistics read(long unsent) {
    return new EndpointStatistics(
        datagramsSent(),
        datagramsReceived(),
        new EndpointStatistics.Data(
            sum(Sum.DATA_SENT),
            sum(Sum.DATA_RESENT),
            sum(Sum.DATA_RECEIVED),
            sum(Sum.DUPLICATES),
            sum(Sum.BYTES_SENT),
            sum(Sum.BYTES_RECEIVED)),
        roundTrips(),
        new EndpointStatistics.Calls(
            callsStarted[Role.CLIENT.ordinal()].sum(),
            callsStarted[Role.SERVICE.ordinal()].sum(),
            ended(Role.CLIENT),
            ended(Role.SERVICE)),
        new EndpointStatistics.Connections(
            connectionsMade[Role.CLIENT.ordinal()].sum(),
            connectionsReaped[Role.CLIENT.ordinal()].sum(),
            connectionsMade[Role.SERVICE.ordinal()].sum(),
            connectionsReaped[Role.SERVICE.ordinal()].sum()),
        new Faults(
            get(Receiver.MALFORMED),
            Optional.ofNullable(lastMalformedFrom),
            get(Receiver.STRAY),
            get(Receiver.LATE),
            unsent,
            get(Receiver.QUESTIONS_REFUSED),
            get(Receiver.UNANSWERED)),
        get(Receiver.BATCHES));
  }

  private long get(Receiver what) {
    return receiver.getOpaque(what.ordinal());
  }

  private Datagrams datagramsSent() {
    return datagrams(
        sum(Sum.DATAGRAM_BYTES),
        type -> sum(stripe -> stripe.get(type)),
        reason -> sum(stripe -> stripe.get(reason)));
  }

  private Datagrams datagramsReceived() {
    return datagrams(
        get(Receiver.BYTES),
        type -> receivedTypes.getOpaque(type.ordinal()),
        reason -> receivedAcks.getOpaque(reason.ordinal()));
  }

  private static Datagrams datagrams(
      long bytes, ToLongFunction<PacketType> ofType, ToLongFunction<AckReason> ofReason) {
    Map<String, Long> byType = new LinkedHashMap<>();
    long count = 0;
    for (PacketType type : PacketType.values()) {
      long some = ofType.applyAsLong(type);
      byType.put(type.name(), some);
      count += some;
    }
    Map<String, Long> acks = new LinkedHashMap<>();
    for (AckReason reason : AckReason.values()) {
      acks.put(reason.name(), ofReason.applyAsLong(reason));
    }
    return new Datagrams(
        count, bytes, Collections.unmodifiableMap(byType), Collections.unmodifiableMap(acks));
  }

  private EndpointStatistics.RoundTrips roundTrips() {
    LongStream shortest = stripes.stream().mapToLong(CounterStripe::rttMinNanos);
    LongStream longest = stripes.stream().mapToLong(CounterStripe::rttMaxNanos);
    long min = shortest.min().orElse(Long.MAX_VALUE);
    return new EndpointStatistics.RoundTrips(
        sum(Sum.RTT_SAMPLES),
        Duration.ofNanos(sum(Sum.RTT_TOTAL_NANOS)),
        Duration.ofNanos(min == Long.MAX_VALUE ? 0 : min),
        Duration.ofNanos(longest.max().orElse(0)));
  }

  private long sum(Sum counter) {
    return sum(stripe -> stripe.get(counter));
  }

  private long sum(ToLongFunction<CounterStripe> counter) {
    return stripes.stream().mapToLong(counter).sum();
  }

  private Map<Outcome, Long> ended(Role role) {
    Map<Outcome, Long> ended = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      ended.put(outcome, callsEnded[role.ordinal() * OUTCOMES + outcome.ordinal()].sum());
    }
    return Collections.unmodifiableMap(ended);
  }
}
