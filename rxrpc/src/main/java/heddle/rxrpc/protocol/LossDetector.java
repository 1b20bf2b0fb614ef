package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.Timers.Timer;
import heddle.rxrpc.protocol.TxPacket.State;

/**
 * Finds out which packets are lost: by time, not by counting.
 *
 * <p><b>Reordering window.</b> A packet is lost when one sent later has arrived, and since the
 * packet was sent a round trip and a reordering window have passed. The window is a quarter of the
 * least round-trip time and widens when a retransmission proves to have been needless.
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

  private final Limits limits;
  private final SendWindow window;
  private final RttEstimator rtt;
  private final Timers timers;
  private long newestArrivedSentNanos;
  private boolean anyArrived;
  private int reorderSteps = 1; // in quarters of the least round-trip time
  private boolean probed; // the tail probe of this flight is out
  private boolean probeDue;

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
      if (!anyArrived || outcome.newestSentNanos() - newestArrivedSentNanos > 0) {
        newestArrivedSentNanos = outcome.newestSentNanos();
        anyArrived = true;
      }
    }
    int found = detect(nowNanos);
    boolean waiting = timers.isSet(Timer.PROBE) || timers.isSet(Timer.RESEND);
    if (outcome.newlyArrived() > 0 || !waiting) { // what was taken back is in flight again
      arm(nowNanos);
    }
    return found;
  }

  /** The peer got a packet twice: what we took for loss was reordering. */
  void onNeedlessResend() {
    reorderSteps = Math.min(reorderSteps + 1, 16);
  }

  /** Marks the packets that must be lost by now; returns how many. */
  int detect(long nowNanos) {
    timers.clear(Timer.REORDER);
    if (!anyArrived) {
      return 0;
    }
    int found = 0;
    long earliestDue = Timers.NEVER;
    long patience = rtt.latestNanos() + reorderNanos();
    for (int seq = window.base(); seq != window.sentTop(); seq++) {
      TxPacket packet = window.packet(seq);
      if (packet.state != State.IN_FLIGHT) {
        continue;
      }
      if (packet.sentNanos - newestArrivedSentNanos >= 0) {
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
    return found;
  }

  private long reorderNanos() {
    long quarter = rtt.minNanos() / 4;
    return Math.max(MIN_REORDER_NANOS, Math.min(quarter * reorderSteps, rtt.smoothedNanos()));
  }

  /** Sets the timers after something was sent or acknowledged. */
  void arm(long nowNanos) {
    timers.clear(Timer.PROBE);
    timers.clear(Timer.RESEND);
    if (window.inFlight() == 0) {
      return;
    }
    if (!probed && rtt.hasSample() && window.sentTop() - window.base() > 1) {
      long wait = Math.max(MIN_PROBE_NANOS, 2 * rtt.smoothedNanos());
      if (window.inFlight() == 1) {
        wait += limits.peerAckDelayNanos();
      }
      timers.set(Timer.PROBE, nowNanos + wait);
    } else {
      timers.set(Timer.RESEND, nowNanos + rtt.resendNanos(probed ? 0 : limits.peerAckDelayNanos()));
    }
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

  boolean probeDue() {
    return probeDue;
  }

  void probeSent() {
    probeDue = false;
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
