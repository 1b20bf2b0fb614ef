package heddle.rxrpc.protocol;

import java.util.Arrays;

/** The deadlines of one call, at most one of each kind. */
final class Timers {
  /** What is to happen at a deadline. */
  enum Timer {
    /** Send the acknowledgement that was put off. */
    ACK,
    /** Packets that may only have been reordered are now lost. */
    REORDER,
    /** Nothing came back for what was sent last: probe the tail. */
    PROBE,
    /** Nothing came back for long: everything in flight is lost. */
    RESEND,
    /** The probe for the path MTU is lost. */
    PATH_PROBE,
    /** What was sent and swallowed is no longer under way. */
    QUIET,
    /** Offer the call again to a peer that had no room for it. */
    OFFER,
    /** Ask a silent peer whether it is there. */
    PING,
    /** Ask again whether the peer is where its packets claim to come from. */
    REACH,
    /** The peer has been silent, or idle, for too long. */
    SILENCE,
    /** The whole call has taken too long. */
    HARD
  }

  /** Deadline of a timer that is not set. */
  static final long NEVER = Long.MAX_VALUE;

  private static final Timer[] ALL = Timer.values();

  private final long[] deadlines = new long[ALL.length];
  private int armed; // bit per timer

  void set(Timer timer, long deadlineNanos) {
    deadlines[timer.ordinal()] = deadlineNanos;
    armed |= 1 << timer.ordinal();
  }

  void clear(Timer timer) {
    armed &= ~(1 << timer.ordinal());
  }

  void clearAll() {
    armed = 0;
  }

  boolean isSet(Timer timer) {
    return (armed & 1 << timer.ordinal()) != 0;
  }

  /** Clears {@code timer} and returns true if its deadline has come. */
  boolean expire(Timer timer, long nowNanos) {
    if (isSet(timer) && deadlines[timer.ordinal()] - nowNanos <= 0) {
      clear(timer);
      return true;
    }
    return false;
  }

  /** Returns the earliest deadline, or {@link #NEVER}. */
  long next() {
    long earliest = NEVER;
    for (int rest = armed; rest != 0; rest &= rest - 1) {
      long deadline = deadlines[Integer.numberOfTrailingZeros(rest)];
      if (earliest == NEVER || deadline - earliest < 0) {
        earliest = deadline;
      }
    }
    return earliest;
  }

  @Override
  public String toString() {
    return Arrays.stream(ALL).filter(this::isSet).toList().toString();
  }
}
