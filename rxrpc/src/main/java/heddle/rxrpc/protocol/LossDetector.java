package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.Timers.Timer;
import heddle.rxrpc.protocol.TxPacket.State;
import heddle.rxrpc.wire.Serial;

/**
 * Finds out which packets are lost: by time, not by counting.
 *
 * <p><b>Reordering window.</b> A packet is lost when one sent later has arrived, and since the
 * packet was sent the round trip of that one and a reordering window have passed. The window is a
 * quarter of the least round-trip time and widens when a retransmission proves to have been
 * needless.
 *
 * <p><b>Tail probe.</b> When nothing comes back for two round trips, the tail is sent once more (or
 * new data), asking for an acknowledgement, so that a lost tail costs round trips and not a
 * time-out.
 *
 * <p><b>Time-out.</b> Only when the probe, too, stays unanswered is everything in flight lost.
 *
 * <p>Protocol source: RFC 8985, 6 (RACK) and 7 (TLP); RFC 6298, 5.
 */
final class LossDetector {
  private static final long MIN_REORDER_NANOS = 500_000L; // clock and scheduling noise
  private static final long MIN_PROBE_NANOS = 5_000_000L;
  private static final int MAX_REORDER_STEPS = 16;
  private static final int LOSSES_BEFORE_NARROW = 16; // as in RFC 8985, 6.2

  private final Limits limits;
  private final SendWindow window;
  private final RttEstimator rtt;
  private final Timers timers;
  private int newestSerial; // of what has arrived; 0 for nothing
  private long patienceNanos; // round-trip time of the newest that arrived
  private int reorderSteps = 1; // in quarters of the least round-trip time
  private long widenedNanos;
  private int lossesBeforeNarrow;
  private boolean probed; // the tail probe of this flight is out
  private boolean probeDue;
  private int probeSerial; // of the last probe that was a packet sent again; 0 for none

  LossDetector(Limits limits, SendWindow window, RttEstimator rtt, Timers timers) {
    this.limits = limits;
    this.window = window;
    this.rtt = rtt;
    this.timers = timers;
  }

  /** Takes what an acknowledgement said; returns how many packets are now found lost. */
  int onAck(long nowNanos, AckOutcome outcome) {
    if (outcome.newlyArrived() > 0) {
      probed = false;
      probeDue = false;
    }
    AckOutcome.Sent newest = outcome.newest();
    if (newest.isSet() && (newestSerial == 0 || Serial.after(newest.serial(), newestSerial))) {
      newestSerial = newest.serial();
      patienceNanos = nowNanos - newest.nanos();
    }
    if (outcome.lossWasWrong()) {
      widen(nowNanos);
    }
    int found = detect(nowNanos);
    boolean waiting = timers.isSet(Timer.PROBE) || timers.isSet(Timer.RESEND);
    if (outcome.newlyArrived() > 0 || !waiting) { // what was taken back is in flight again
      arm(nowNanos);
    }
    return found;
  }

  /**
   * The peer got a packet twice, the second time with {@code serial}. Unless that was a probe, what
   * we took for loss was reordering.
   */
  void onNeedlessResend(long nowNanos, int serial) {
    if (serial != probeSerial) {
      widen(nowNanos);
    }
  }

  /** Widens the reordering window, once a round trip, and keeps it wide for a while. */
  private void widen(long nowNanos) {
    if (reorderSteps == 1 || nowNanos - widenedNanos >= rtt.smoothedNanos()) {
      reorderSteps = Math.min(reorderSteps + 1, MAX_REORDER_STEPS);
      widenedNanos = nowNanos;
    }
    lossesBeforeNarrow = LOSSES_BEFORE_NARROW;
  }

  private void narrowAfterLosses() {
    if (reorderSteps > 1 && --lossesBeforeNarrow == 0) {
      reorderSteps = 1;
    }
  }

  /** Marks the packets that must be lost by now; returns how many. */
  int detect(long nowNanos) {
    timers.clear(Timer.REORDER);
    if (newestSerial == 0) {
      return 0;
    }
    int found = 0;
    long earliestDue = Timers.NEVER;
    long patience = patienceNanos + reorderNanos();
    for (int seq = window.base(); seq != window.sentTop(); seq++) {
      TxPacket packet = window.packet(seq);
      if (packet.state != State.IN_FLIGHT) {
        continue;
      }
      if (!Serial.before(packet.serial, newestSerial)) {
        if (packet.transmissions == 1) {
          break; // sent in order: all that follow were sent later still
        }
        continue;
      }
      long due = packet.sentNanos + patience;
      if (due - nowNanos <= 0) {
        window.markLost(packet);
        found++;
      } else if (earliestDue == Timers.NEVER || due - earliestDue < 0) {
        earliestDue = due;
      }
    }
    if (earliestDue != Timers.NEVER) {
      timers.set(Timer.REORDER, earliestDue);
    }
    if (found > 0) {
      narrowAfterLosses();
    }
    return found;
  }

  private long reorderNanos() {
    long quarter = rtt.minNanos() / 4;
    return Math.max(MIN_REORDER_NANOS, Math.min(quarter * reorderSteps, rtt.smoothedNanos()));
  }

  /** Sets the timers after something was sent: the time-out that runs already goes on. */
  void armAfterSend(long nowNanos) {
    if (!timers.isSet(Timer.RESEND)) {
      arm(nowNanos);
    }
  }

  /** Sets the timers after something was acknowledged. */
  void arm(long nowNanos) {
    timers.clear(Timer.PROBE);
    timers.clear(Timer.RESEND);
    if (window.inFlight() == 0) {
      return;
    }
    long resendNanos = rtt.resendNanos(probed ? 0 : limits.peerAckDelayNanos());
    if (probed || !rtt.hasSample() || rtt.isBackedOff()) {
      timers.set(Timer.RESEND, nowNanos + resendNanos);
      return;
    }
    long wait = Math.max(MIN_PROBE_NANOS, 2 * rtt.smoothedNanos());
    if (window.inFlight() == 1) {
      wait += limits.peerAckDelayNanos();
    }
    long deadline = nowNanos + wait;
    long latest = window.oldestInFlightNanos() + resendNanos; // however much is sent meanwhile
    timers.set(Timer.PROBE, deadline - latest < 0 ? deadline : latest);
  }

  /** The probe timer fired: one packet is to go out, new data or the tail. */
  void onProbeTimeout(long nowNanos) {
    probed = true;
    probeDue = true;
    arm(nowNanos);
  }

  /** The resend timer fired: nothing in flight can be trusted any more. */
  void onResendTimeout(long nowNanos) {
    window.markAllLost();
    rtt.backOff();
    probed = false;
    probeDue = false;
  }

  /** The peer has thrown away all that was sent; that says nothing of the path. */
  void onRefused(long nowNanos) {
    window.markAllLost();
    probed = false;
    probeDue = false;
    arm(nowNanos);
  }

  boolean probeDue() {
    return probeDue;
  }

  void probeSent() {
    probeDue = false;
  }

  /** The probe that goes out is a packet that was sent before. */
  void probeIsCopy(int serial) {
    probeSerial = serial;
  }

  /** Returns the highest packet in flight, which a probe sends again; there must be one. */
  int probeSeq() {
    int seq = window.sentTop() - 1;
    while (window.packet(seq).state != State.IN_FLIGHT) {
      seq--;
    }
    return seq;
  }
}
