package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.Completion.Timeout;
import heddle.rxrpc.protocol.Timers.Timer;
import org.jspecify.annotations.Nullable;

/**
 * For how long the peer of a call has sent nothing, or nothing new, while it owes us something:
 * when to ask whether it is there, and when to give the call up.
 */
final class PeerSilence {
  private static final int PINGS_PER_SILENCE = 6;
  private static final long SILENCE_NANOS = 1_000_000_000L;
  private static final long PAUSE_NANOS = 1_000_000_000L; // later than any timer of a live process

  private final CallMachine call;
  private final CallTimeouts timeouts;
  private final Timers timers;
  private long heardNanos;
  private long quietSinceNanos; // the same, but for pauses of our own
  private long progressNanos;
  private long expectingSinceNanos;
  private boolean expecting;
  private boolean heard;

  PeerSilence(CallMachine call, CallTimeouts timeouts) {
    this.call = call;
    this.timeouts = timeouts;
    this.timers = call.timers;
  }

  /** The call has a channel. */
  void begin(long nowNanos) {
    heardNanos = nowNanos;
    quietSinceNanos = nowNanos;
    progressNanos = nowNanos;
  }

  /** The peer has sent something for the call. */
  void heard(long nowNanos) {
    heardNanos = nowNanos;
    quietSinceNanos = nowNanos;
    heard = true;
  }

  /** The peer has sent something new, or could not have. */
  void progressed(long nowNanos) {
    progressNanos = nowNanos;
  }

  boolean heardSince(long nanos) {
    return heard && heardNanos - nanos >= 0;
  }

  /**
   * A deadline that is met far too late means that this process was stopped, or had no processor.
   * That time is no silence of the peer's: what it sent meanwhile waits for us in the socket.
   */
  void excusePause(long nowNanos) {
    long due = timers.next();
    long pauseNanos = nowNanos - due;
    if (due == Timers.NEVER || pauseNanos < PAUSE_NANOS) {
      return;
    }
    quietSinceNanos = earlier(quietSinceNanos + pauseNanos, nowNanos);
    progressNanos = earlier(progressNanos + pauseNanos, nowNanos);
    expectingSinceNanos = earlier(expectingSinceNanos + pauseNanos, nowNanos);
  }

  /** Returns the time-out of the call that has passed, or null if the call may go on. */
  @Nullable Timeout passed(long nowNanos) {
    if (!expecting) {
      return null;
    }
    if (timeouts.normalNanos() > 0
        && nowNanos - later(quietSinceNanos, expectingSinceNanos) >= timeouts.normalNanos()) {
      return Timeout.NORMAL;
    }
    if (timeouts.idleNanos() > 0
        && nowNanos - later(progressNanos, expectingSinceNanos) >= timeouts.idleNanos()) {
      if (!call.readerLeavesNoRoom()) {
        return Timeout.IDLE;
      }
      progressed(nowNanos);
    }
    return null;
  }

  /** Returns whether the peer owes us something and has sent nothing for a while. */
  boolean isLong(long nowNanos) {
    return expecting && nowNanos - later(quietSinceNanos, expectingSinceNanos) >= SILENCE_NANOS;
  }

  /** Returns whether a ping is still wanted: the peer has not been heard of for the interval. */
  boolean pingStillWanted(long nowNanos) {
    return nowNanos - heardNanos >= timeouts.normalNanos() / PINGS_PER_SILENCE;
  }

  /** Keeps the silence and ping timers in step with whether the peer owes us anything. */
  void watch(long nowNanos) {
    boolean nowExpecting = call.peerOwesUs();
    if (nowExpecting && !expecting) {
      expectingSinceNanos = nowNanos;
    }
    expecting = nowExpecting;
    if (!expecting || timeouts.normalNanos() <= 0) {
      timers.clear(Timer.PING);
    } else if (!timers.isSet(Timer.PING)) {
      timers.set(Timer.PING, nextPing(nowNanos));
    }
    if (expecting && !timers.isSet(Timer.SILENCE)) {
      armSilence();
    }
  }

  private long nextPing(long nowNanos) {
    long interval = timeouts.normalNanos() / PINGS_PER_SILENCE;
    long wanted = later(quietSinceNanos, expectingSinceNanos) + interval;
    return later(wanted, nowNanos + interval / 2);
  }

  private void armSilence() {
    long deadline = Timers.NEVER;
    if (timeouts.normalNanos() > 0) {
      deadline = later(quietSinceNanos, expectingSinceNanos) + timeouts.normalNanos();
    }
    if (timeouts.idleNanos() > 0) {
      long idle = later(progressNanos, expectingSinceNanos) + timeouts.idleNanos();
      deadline = deadline == Timers.NEVER || idle - deadline < 0 ? idle : deadline;
    }
    if (deadline != Timers.NEVER) {
      timers.set(Timer.SILENCE, deadline);
    }
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }
}
