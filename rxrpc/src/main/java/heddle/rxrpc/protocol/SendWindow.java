package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.TxPacket.State;
import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.Serial;
import java.nio.ByteBuffer;

/**
 * The packets of the sending phase that the peer has not acknowledged for good.
 *
 * <p><b>Sequence numbers.</b> {@code base <= sentTop <= queuedTop}: packets before {@code base} are
 * hard-acknowledged and forgotten; from {@code base} to {@code sentTop} they were sent at least
 * once; from there to {@code queuedTop} they are cut but were never sent. All are compared by
 * subtraction, for they wrap.
 *
 * <p><b>Hard and soft.</b> A hard acknowledgement frees the packet. A soft one only says that it
 * arrived; the peer may take it back, and then the packet is in flight again.
 *
 * <p>Protocol source: rx-spec.txt, "Acknowledgements"; Linux net/rxrpc input.c (behaviour).
 */
final class SendWindow {
  private final Limits limits;
  private final Packetizer packets;
  private int sentTop;
  private int heldUntil; // new data wait until this is acknowledged for good
  private int peerWindow;
  private boolean peerIsFull;
  private int inFlight;
  private int lost;
  private boolean anySent;
  private boolean anyResent;
  private long bytesAcknowledged;

  SendWindow(Limits limits, int firstSeq) {
    this.limits = limits;
    this.packets = new Packetizer(limits.sendWindow(), firstSeq);
    this.sentTop = firstSeq;
    this.heldUntil = firstSeq;
    this.peerWindow = limits.sendWindow();
  }

  /**
   * Sets the bytes of user data of packets from now on; what is cut but was never sent is cut
   * again, where there is more of it than one packet or it is too long.
   *
   * <p>Where packets are large no longer, nothing new goes out before all that is under way has
   * arrived: small packets behind large ones that the path has begun to swallow would get through,
   * and then the large ones could not be cut again.
   */
  void packetBytes(int bytes) {
    int before = limit();
    int limit = Math.min(limits.sendWindow(), LargePacket.WINDOW_BYTES / Math.max(1, bytes));
    if (limit > before) {
      heldUntil = sentTop;
    } else if (limit < before) {
      heldUntil = base();
    }
    packets.limit(limit);
    packets.packetBytes(bytes);
    if (queuedTop() - sentTop > 1 || packets.anyTooLong(sentTop)) {
      packets.recut(sentTop);
    }
  }

  /** Seals the packets from now on; nothing was written yet. */
  void secure(CallSecurity security) {
    packets.secure(security);
  }

  /** Returns the cutting of packets, for who seals them. */
  Packetizer packets() {
    return packets;
  }

  /** Sets the most bytes of user data of the first packet. */
  void firstPacketBytes(int bytes) {
    packets.firstPacketBytes(bytes);
  }

  /**
   * Cuts all that is not acknowledged again, as if it had never been sent. Only for packets that
   * the peer does not have and will not get any more.
   */
  void recutAll() {
    assert mayRecut();
    inFlight = 0;
    lost = 0;
    sentTop = packets.base();
    heldUntil = sentTop;
    packets.recut(sentTop);
  }

  /** Returns whether the peer is not known to have anything that it might drop. */
  boolean mayRecut() {
    return inFlight + lost == sentTop - packets.base() && !packets.isFilling();
  }

  /** Returns the bytes of the largest datagram in flight. */
  int largestInFlight() {
    int largest = 0;
    for (int seq = base(); seq != sentTop; seq++) {
      TxPacket packet = packet(seq);
      largest = packet.state == State.IN_FLIGHT ? Math.max(largest, packet.datagramBytes) : largest;
    }
    return largest;
  }

  /** Returns the longest payload of a packet that is not acknowledged. */
  int longestUnderWay() {
    int longest = 0;
    for (int seq = base(); seq != sentTop; seq++) {
      longest =
          packet(seq).state == State.ARRIVED ? longest : Math.max(longest, packet(seq).length);
    }
    return longest;
  }

  /** Takes bytes of {@code source} as far as there is room; returns how many. */
  int write(ByteBuffer source) {
    return packets.write(source);
  }

  /** Returns how many further packets could be begun. */
  int roomPackets() {
    return packets.roomPackets();
  }

  /** Makes the packet being filled the last one. */
  void end() {
    packets.end();
  }

  boolean ended() {
    return packets.ended();
  }

  /** Returns whether the whole phase was sent. */
  boolean allSent() {
    return packets.isWhole() && sentTop == queuedTop();
  }

  boolean allAcknowledged() {
    return packets.isWhole() && base() == queuedTop();
  }

  TxPacket packet(int seq) {
    return packets.packet(seq);
  }

  /** Returns whether no packet was sent twice. */
  boolean nothingResent() {
    return !anyResent;
  }

  /** Returns whether the packet was sent and not acknowledged for good. */
  boolean isUnderWay(int seq) {
    return seq - base() >= 0 && seq - sentTop < 0;
  }

  boolean nothingSent() {
    return !anySent;
  }

  /** Returns whether there is a packet that was never sent and that the peer's window lets go. */
  boolean mayAdvance() {
    return sendable() > 0;
  }

  /** Returns how many packets there are that were never sent and that the peer's window lets go. */
  int sendable() {
    if (base() - heldUntil < 0) {
      return 0;
    }
    return Math.min(unsent(), allowed() - (sentTop - base()));
  }

  /** Returns the number of packets that were never sent. */
  int unsent() {
    return queuedTop() - sentTop;
  }

  /** Returns how many packets there may be that are not acknowledged for good. */
  int limit() {
    return packets.limit();
  }

  /** Returns how many packets may be sent beyond what is acknowledged for good. */
  int allowed() {
    return Math.min(limit(), peerWindow);
  }

  /** Returns the sequence number of the next packet to send for the first time, and counts it. */
  int advance(long nowNanos, int serial) {
    int seq = sentTop++;
    markSent(packet(seq), nowNanos, serial);
    return seq;
  }

  /** Returns the sequence number of the first lost packet; there must be one. */
  int firstLost() {
    int seq = base();
    while (packet(seq).state != State.LOST) {
      seq++;
    }
    return seq;
  }

  void resend(int seq, long nowNanos, int serial) {
    lost--;
    markSent(packet(seq), nowNanos, serial);
  }

  private void markSent(TxPacket packet, long nowNanos, int serial) {
    packet.state = State.IN_FLIGHT;
    packet.sentNanos = nowNanos;
    packet.serial = serial;
    packet.transmissions++;
    anyResent |= packet.transmissions > 1;
    inFlight++;
    anySent = true;
  }

  /** Returns when the first packet in flight was sent; there must be one. */
  long oldestInFlightNanos() {
    int seq = base();
    while (packet(seq).state != State.IN_FLIGHT) {
      seq++;
    }
    return packet(seq).sentNanos;
  }

  void markLost(TxPacket packet) {
    packet.state = State.LOST;
    inFlight--;
    lost++;
  }

  void markAllLost() {
    for (int seq = base(); seq != sentTop; seq++) {
      if (packet(seq).state == State.IN_FLIGHT) {
        markLost(packet(seq));
      }
    }
  }

  /** Returns whether {@code ack} speaks only of packets that were sent. */
  boolean covers(AckPacket ack) {
    return ack.firstPacket() - sentTop <= 0
        && (ack.firstPacket() - base() < 0
            || ack.ackCount() - (sentTop - ack.firstPacket()) <= 0
            || noneArrivedBeyond(ack));
  }

  private boolean noneArrivedBeyond(AckPacket ack) {
    for (int i = sentTop - ack.firstPacket(); i < ack.ackCount(); i++) {
      if (ack.isSoftAcked(i)) {
        return false;
      }
    }
    return true;
  }

  /** Applies the hard and soft acknowledgements of {@code ack}, which must be {@link #covers}ed. */
  AckOutcome apply(long nowNanos, AckPacket ack, long leastRttNanos) {
    if (ack.firstPacket() - base() < 0) {
      return AckOutcome.NOTHING; // older than what we know
    }
    Tally tally = new Tally(nowNanos, ack.ackedSerial(), leastRttNanos);
    while (base() != ack.firstPacket()) {
      arrived(packet(base()), tally);
      bytesAcknowledged += packets.drop();
    }
    for (int i = 0; base() + i != sentTop; i++) {
      TxPacket packet = packet(base() + i);
      if (ack.isSoftAcked(i)) {
        arrived(packet, tally);
        packet.state = State.ARRIVED;
      } else if (packet.state == State.ARRIVED) {
        packet.state = State.IN_FLIGHT; // taken back
        inFlight++;
      }
    }
    return tally.outcome();
  }

  private void arrived(TxPacket packet, Tally tally) {
    switch (packet.state) {
      case IN_FLIGHT -> inFlight--;
      case LOST -> {
        lost--;
        tally.lossWasWrong = true;
      }
      case ARRIVED, QUEUED -> {
        return; // known before
      }
    }
    tally.arrived(packet);
  }

  /** Takes everything sent as acknowledged, as the peer's next phase implies. */
  void acknowledgeAll() {
    while (base() != sentTop) {
      bytesAcknowledged += packets.drop();
    }
    inFlight = 0;
    lost = 0;
  }

  /** What one acknowledgement adds up to. */
  private static final class Tally {
    private final long nowNanos;
    private final int quotedSerial;
    private final long leastRttNanos;
    private int count;
    private int longest;
    private long rttNanos = -1;
    private int newestSerial;
    private long newestSentNanos;
    private boolean lossWasWrong;

    Tally(long nowNanos, int quotedSerial, long leastRttNanos) {
      this.nowNanos = nowNanos;
      this.quotedSerial = quotedSerial;
      this.leastRttNanos = leastRttNanos;
    }

    void arrived(TxPacket packet) {
      count++;
      longest = Math.max(longest, packet.length);
      long agoNanos = nowNanos - packet.sentNanos;
      boolean quoted = packet.serial == quotedSerial;
      if (quoted) {
        rttNanos = agoNanos;
      }
      // Of a packet sent again it is not known which one arrived; not the last, if too soon.
      boolean sure = packet.transmissions == 1 || quoted || agoNanos >= leastRttNanos;
      if (sure && (newestSerial == 0 || Serial.after(packet.serial, newestSerial))) {
        newestSerial = packet.serial;
        newestSentNanos = packet.sentNanos;
      }
    }

    AckOutcome outcome() {
      return count == 0 && !lossWasWrong
          ? AckOutcome.NOTHING
          : new AckOutcome(
              count,
              longest,
              rttNanos,
              new AckOutcome.Sent(newestSerial, newestSentNanos),
              lossWasWrong);
    }
  }

  /** Sets how many packets beyond the hard acknowledgement the peer takes; at least 1 counts. */
  void peerWindow(int packets) {
    peerIsFull = packets == 0;
    peerWindow = Math.max(1, packets);
  }

  /** Returns whether the peer has said last that it takes nothing now. */
  boolean peerIsFull() {
    return peerIsFull;
  }

  int firstSeq() {
    return packets.firstSeq();
  }

  int base() {
    return packets.base();
  }

  int sentTop() {
    return sentTop;
  }

  int queuedTop() {
    return packets.queuedTop();
  }

  int inFlight() {
    return inFlight;
  }

  int lost() {
    return lost;
  }

  long bytesAcknowledged() {
    return bytesAcknowledged;
  }

  CallSnapshot.Sending snapshot(CongestionController congestion, CallTraffic traffic) {
    return new CallSnapshot.Sending(
        base(),
        sentTop,
        queuedTop(),
        inFlight,
        lost,
        congestion.window(),
        congestion.slowStartThreshold(),
        traffic.dataSent(),
        traffic.dataResent(),
        traffic.bytesSent());
  }

  /** Gives the memory back; the phase is over. */
  void release() {
    packets.release();
    sentTop = queuedTop();
    inFlight = 0;
    lost = 0;
  }

  @Override
  public String toString() {
    return "SendWindow["
        + Integer.toUnsignedString(base())
        + ".."
        + Integer.toUnsignedString(sentTop)
        + ".."
        + Integer.toUnsignedString(queuedTop())
        + " flight="
        + inFlight
        + " lost="
        + lost
        + " peer="
        + peerWindow
        + "]";
  }
}
