package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.Timers.Timer;
import heddle.rxrpc.trace.TraceEvent.AckCause;
import heddle.rxrpc.wire.AckReason;

/**
 * Whether an acknowledgement is owed, with which reason, by when.
 *
 * <p>Immediate are those that the peer waits for: asked for, duplicates, gaps, pings. Packets in
 * order are acknowledged every second one at the end of a received batch, a single one after the
 * acknowledgement delay.
 *
 * <p>Protocol source: rx-spec.txt, "Acknowledgements"; RFC 5681, 4.2.
 */
final class AckScheduler {
  private static final int PACKETS_PER_ACK = 2;

  private final Limits limits;
  private final Timers timers;
  private boolean due;
  private AckReason reason = AckReason.DELAY;
  private AckCause cause = AckCause.ENOUGH_PACKETS;
  private int quotedSerial;
  private int unacknowledged; // packets in order since the last acknowledgement

  AckScheduler(Limits limits, Timers timers) {
    this.limits = limits;
    this.timers = timers;
  }

  /** An acknowledgement must go out as soon as possible. */
  void proposeNow(AckReason why, int serial) {
    if (!due || rank(why) >= rank(reason)) {
      reason = why;
      cause = causeOf(why);
      quotedSerial = serial;
    }
    due = true;
  }

  /**
   * A packet in order came: acknowledge it some time.
   *
   * @return true if that was put off, to the end of the acknowledgement delay
   */
  boolean proposeLater(long nowNanos, int serial) {
    if (!due) {
      reason = AckReason.DELAY;
      quotedSerial = serial;
    }
    unacknowledged++;
    if (unacknowledged >= PACKETS_PER_ACK) {
      becomeDue(AckCause.ENOUGH_PACKETS);
    } else if (!timers.isSet(Timer.ACK)) {
      timers.set(Timer.ACK, nowNanos + limits.ackDelayNanos());
      return !due;
    }
    return false;
  }

  private void becomeDue(AckCause why) {
    if (!due) {
      cause = why;
      due = true;
    }
  }

  private static AckCause causeOf(AckReason reason) {
    return switch (reason) {
      case PING_RESPONSE -> AckCause.PING;
      case DUPLICATE -> AckCause.DUPLICATE;
      case EXCEEDS_WINDOW, NO_SPACE -> AckCause.BEYOND_WINDOW;
      case OUT_OF_SEQUENCE -> AckCause.GAP;
      default -> AckCause.REQUESTED;
    };
  }

  private static int rank(AckReason reason) {
    return switch (reason) {
      case PING_RESPONSE -> 5;
      case DUPLICATE -> 4; // what was sent again asks, too, but should learn that it was needless
      case REQUESTED -> 3;
      case EXCEEDS_WINDOW, NO_SPACE -> 2;
      case OUT_OF_SEQUENCE -> 1;
      default -> 0;
    };
  }

  /** The acknowledgement delay is over. No serial is quoted: it would spoil the round-trip time. */
  void onTimeout() {
    if (!due) {
      quotedSerial = 0;
    }
    becomeDue(AckCause.DELAY_OVER);
  }

  /** The last packet of the phase is there: nothing is gained by waiting. */
  void proposeFinal(int serial) {
    if (!due) {
      quotedSerial = serial;
    }
    becomeDue(serial == 0 ? AckCause.WINDOW_OPENED : AckCause.LAST_PACKET);
  }

  boolean due() {
    return due;
  }

  /**
   * Returns whether the last packet of a reply, which has been noted, is all that there is to
   * acknowledge: most likely the channel's next call will say so.
   */
  boolean mayLeaveFinalToChannel() {
    return !due && unacknowledged == 1;
  }

  boolean anythingUnacknowledged() {
    return unacknowledged > 0;
  }

  AckReason reason() {
    return reason;
  }

  AckCause cause() {
    return cause;
  }

  int quotedSerial() {
    return quotedSerial;
  }

  /** The acknowledgement is out, or something else said the same. */
  void sent() {
    due = false;
    reason = AckReason.DELAY;
    unacknowledged = 0;
    timers.clear(Timer.ACK);
  }
}
