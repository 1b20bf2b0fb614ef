package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTraffic;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A share of an endpoint's counters, which belongs to whoever has the {@link SendBatch} that it is
 * part of: one thread at a time writes it, so that counting takes no atomic operation; any thread
 * may read it. The endpoint's counters are the sums over all stripes.
 */
final class CounterStripe {
  static final int TYPES = PacketType.values().length;
  static final int REASONS = AckReason.values().length;
  private static final int TYPE_OFFSET = 20;
  private static final int ACK_REASON_OFFSET = PacketHeader.LENGTH + 16;

  /** Counters beside those of packet types and ACK reasons. */
  enum Sum {
    DATAGRAM_BYTES,
    DATA_SENT,
    DATA_RESENT,
    DATA_RECEIVED,
    DUPLICATES,
    BYTES_SENT,
    BYTES_RECEIVED,
    RTT_SAMPLES,
    RTT_TOTAL_NANOS
  }

  private static final int FIRST_SUM = TYPES + REASONS;
  private static final int RTT_MIN = FIRST_SUM + Sum.values().length;
  private static final int RTT_MAX = RTT_MIN + 1;

  private final AtomicLongArray counters = new AtomicLongArray(RTT_MAX + 1);

  /** Counts the datagrams of {@code batch}, which is about to be sent. */
  void sent(SendBatch batch) {
    long bytes = 0;
    for (int i = 0; i < batch.count(); i++) {
      PacketType type = PacketType.fromWire(batch.byteOf(i, TYPE_OFFSET));
      add(type.ordinal(), 1);
      if (type == PacketType.ACK) {
        AckReason reason = AckReason.fromWire(batch.byteOf(i, ACK_REASON_OFFSET));
        add(TYPES + reason.ordinal(), 1);
      }
      bytes += batch.length(i);
    }
    add(Sum.DATAGRAM_BYTES, bytes);
  }

  /** Counts what a call has sent and received. */
  void add(CallTraffic traffic) {
    if (traffic.dataSent() + traffic.dataResent() != 0) {
      add(Sum.DATA_SENT, traffic.dataSent());
      add(Sum.BYTES_SENT, traffic.bytesSent());
      add(Sum.DATA_RESENT, traffic.dataResent());
    }
    if (traffic.dataReceived() != 0) {
      add(Sum.DATA_RECEIVED, traffic.dataReceived());
      add(Sum.BYTES_RECEIVED, traffic.bytesReceived());
      add(Sum.DUPLICATES, traffic.duplicates());
    }
    if (traffic.rttSamples() != 0) {
      addRoundTrips(traffic);
    }
  }

  private void addRoundTrips(CallTraffic traffic) {
    boolean first = counters.getPlain(FIRST_SUM + Sum.RTT_SAMPLES.ordinal()) == 0;
    add(Sum.RTT_SAMPLES, traffic.rttSamples());
    add(Sum.RTT_TOTAL_NANOS, traffic.rttTotalNanos());
    if (first || traffic.rttMinNanos() < counters.getPlain(RTT_MIN)) {
      counters.setOpaque(RTT_MIN, traffic.rttMinNanos());
    }
    if (traffic.rttMaxNanos() > counters.getPlain(RTT_MAX)) {
      counters.setOpaque(RTT_MAX, traffic.rttMaxNanos());
    }
  }

  private void add(Sum sum, long amount) {
    add(FIRST_SUM + sum.ordinal(), amount);
  }

  private void add(int index, long amount) {
    counters.setOpaque(index, counters.getPlain(index) + amount);
  }

  // ---- any thread

  long get(PacketType type) {
    return counters.getOpaque(type.ordinal());
  }

  long get(AckReason reason) {
    return counters.getOpaque(TYPES + reason.ordinal());
  }

  long get(Sum sum) {
    return counters.getOpaque(FIRST_SUM + sum.ordinal());
  }

  /** Returns the shortest round trip, {@link Long#MAX_VALUE} if there was none. */
  long rttMinNanos() {
    return get(Sum.RTT_SAMPLES) == 0 ? Long.MAX_VALUE : counters.getOpaque(RTT_MIN);
  }

  /** Returns the longest round trip, 0 if there was none. */
  long rttMaxNanos() {
    return counters.getOpaque(RTT_MAX);
  }
}
