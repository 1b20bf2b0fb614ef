package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTraffic;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.protocol.TrafficSink;
import heddle.rxrpc.trace.EndpointStatistics;
import heddle.rxrpc.trace.EndpointStatistics.Datagrams;
import heddle.rxrpc.trace.EndpointStatistics.Faults;
import heddle.rxrpc.trace.Outcome;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint counts. Thread-safe, without locks.
 *
 * <p><b>Cost.</b> Packets sent are counted a batch at a time and those of a call a run at a time;
 * what comes in is counted by the receive thread alone, in plain words that others may read.
 */
final class EndpointCounters implements TrafficSink {
  private static final int TYPE_OFFSET = 20;
  private static final int ACK_REASON_OFFSET = PacketHeader.LENGTH + 16;
  private static final int ROLES = Role.values().length;
  private static final int OUTCOMES = Outcome.values().length;

  private final LongAdder[] sentTypes = adders(PacketType.values().length);
  private final LongAdder[] sentAcks = adders(AckReason.values().length);
  private final LongAdder sentBytes = new LongAdder();

  // the receive thread alone writes these
  private final AtomicLongArray receivedTypes = new AtomicLongArray(PacketType.values().length);
  private final AtomicLongArray receivedAcks = new AtomicLongArray(AckReason.values().length);
  private final AtomicLongArray receiver = new AtomicLongArray(Receiver.values().length);
  private volatile @Nullable InetSocketAddress lastMalformedFrom;

  private final LongAdder dataSent = new LongAdder();
  private final LongAdder dataResent = new LongAdder();
  private final LongAdder dataReceived = new LongAdder();
  private final LongAdder duplicates = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();
  private final LongAdder rttSamples = new LongAdder();
  private final LongAdder rttTotalNanos = new LongAdder();
  private final LongAccumulator rttMinNanos = new LongAccumulator(Math::min, Long.MAX_VALUE);
  private final LongAccumulator rttMaxNanos = new LongAccumulator(Math::max, 0);

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
    QUESTIONS_REFUSED
  }

  private static LongAdder[] adders(int count) {
    LongAdder[] adders = new LongAdder[count];
    for (int i = 0; i < count; i++) {
      adders[i] = new LongAdder();
    }
    return adders;
  }

  // ---- packets sent: any thread

  /** Counts the datagrams that are about to be sent. */
  void sent(SendBatch batch) {
    int bytes = 0;
    int run = 0;
    PacketType runType = PacketType.DATA;
    for (int i = 0; i < batch.count(); i++) {
      PacketType type = PacketType.fromWire(batch.byteOf(i, TYPE_OFFSET));
      bytes += batch.length(i);
      if (type == PacketType.ACK) {
        sentAcks[AckReason.fromWire(batch.byteOf(i, ACK_REASON_OFFSET)).ordinal()].increment();
      }
      if (type != runType) {
        addRun(runType, run);
        runType = type;
        run = 0;
      }
      run++;
    }
    addRun(runType, run);
    sentBytes.add(bytes);
  }

  private void addRun(PacketType type, int count) {
    if (count > 0) {
      sentTypes[type.ordinal()].add(count);
    }
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

  @Override
  public void add(CallTraffic traffic) {
    add(dataSent, traffic.dataSent());
    add(bytesSent, traffic.bytesSent());
    add(dataReceived, traffic.dataReceived());
    add(bytesReceived, traffic.bytesReceived());
    add(dataResent, traffic.dataResent());
    add(duplicates, traffic.duplicates());
    if (traffic.rttSamples() > 0) {
      rttSamples.add(traffic.rttSamples());
      rttTotalNanos.add(traffic.rttTotalNanos());
      rttMinNanos.accumulate(traffic.rttMinNanos());
      rttMaxNanos.accumulate(traffic.rttMaxNanos());
    }
  }

  private static void add(LongAdder counter, long amount) {
    if (amount != 0) {
      counter.add(amount);
    }
  }

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
            dataSent.sum(),
            dataResent.sum(),
            dataReceived.sum(),
            duplicates.sum(),
            bytesSent.sum(),
            bytesReceived.sum()),
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
            get(Receiver.QUESTIONS_REFUSED)),
        get(Receiver.BATCHES));
  }

  private long get(Receiver what) {
    return receiver.getOpaque(what.ordinal());
  }

  private Datagrams datagramsSent() {
    return datagrams(
        sentBytes.sum(),
        type -> sentTypes[type.ordinal()].sum(),
        reason -> sentAcks[reason.ordinal()].sum());
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
    long min = rttMinNanos.get();
    return new EndpointStatistics.RoundTrips(
        rttSamples.sum(),
        Duration.ofNanos(rttTotalNanos.sum()),
        Duration.ofNanos(min == Long.MAX_VALUE ? 0 : min),
        Duration.ofNanos(rttMaxNanos.get()));
  }

  private Map<Outcome, Long> ended(Role role) {
    Map<Outcome, Long> ended = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      ended.put(outcome, callsEnded[role.ordinal() * OUTCOMES + outcome.ordinal()].sum());
    }
    return Collections.unmodifiableMap(ended);
  }
}
