package heddle.rxrpc.protocol;

import heddle.rxrpc.wire.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Slow start, congestion avoidance and one halving for each window with losses.
 *
 * <p>Protocol source: RFC 5681, 3.1 and 3.2; RFC 6582 for the end of recovery. The window never
 * falls below {@value #MIN_WINDOW} packets, as in Linux net/rxrpc.
 *
 * <p>A call does not begin with the threshold that another call to the peer has found: the loss of
 * one small request would make all bulk transfers after it grow by a packet a round trip. (Linux
 * TCP no longer keeps thresholds either.) The peer has it only to be looked at.
 */
final class RenoController implements CongestionController {
  static final int MIN_WINDOW = 4;

  private final int maxWindow;
  private @Nullable Peer peer;
  private int window;
  private int slowStartThreshold;
  private int credit; // packets acknowledged towards the next increase in avoidance
  private int recoveryEnd; // losses before this sequence number belong to the last halving
  private int recovering; // packets to be acknowledged until it is over; 0 if it is

  RenoController(Limits limits) {
    this.maxWindow = limits.sendWindow();
    this.window = Math.min(maxWindow, Math.max(MIN_WINDOW, limits.initialWindow()));
    this.slowStartThreshold = maxWindow;
  }

  @Override
  public void begin(Peer knownPeer) {
    peer = knownPeer;
  }

  @Override
  public void packetBytes(int before, int now) {
    if (now < 2 * before && before < 2 * now) {
      return; // about the same
    }
    if (now > before) { // else it may have fallen just now, and will grow
      window = asManyBytes(window, before, now);
    }
    if (slowStartThreshold < maxWindow) { // else none was found yet
      slowStartThreshold = asManyBytes(slowStartThreshold, before, now);
    }
  }

  private int asManyBytes(int packets, int before, int now) {
    return Math.min(maxWindow, Math.max(MIN_WINDOW, (int) ((long) packets * before / now)));
  }

  @Override
  public int window() {
    return window;
  }

  @Override
  public int slowStartThreshold() {
    return slowStartThreshold;
  }

  @Override
  public void onAcknowledged(int packets) {
    recovering = Math.max(0, recovering - packets);
    if (window < slowStartThreshold) {
      window += packets;
    } else {
      credit += packets;
      if (credit >= window) {
        credit -= window;
        window++;
      }
    }
    window = Math.min(window, maxWindow);
  }

  @Override
  public void onLoss(int inFlight, int lowestUnacked, int sentTop) {
    if (recovering > 0 && Serial.before(lowestUnacked, recoveryEnd)) {
      return;
    }
    recovering = Math.max(1, sentTop - lowestUnacked);
    recoveryEnd = sentTop;
    slowStartThreshold = Math.max(MIN_WINDOW, Math.max(inFlight, window) / 2);
    window = slowStartThreshold;
    rememberThreshold();
  }

  @Override
  public void onResendTimeout(int inFlight) {
    slowStartThreshold = Math.max(MIN_WINDOW, Math.max(inFlight, MIN_WINDOW) / 2);
    window = MIN_WINDOW;
    recovering = 0;
    rememberThreshold();
  }

  private void rememberThreshold() {
    if (peer != null) {
      peer.rememberSlowStartThreshold(slowStartThreshold);
    }
  }

  @Override
  public String toString() {
    return "cwnd=" + window + " ssthresh=" + slowStartThreshold;
  }
}
