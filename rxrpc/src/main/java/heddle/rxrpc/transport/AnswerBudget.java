package heddle.rxrpc.transport;

/**
 * How much may be spent on answers to strangers: so much at once, so much a second. Not
 * thread-safe: it belongs to the receive thread.
 */
final class AnswerBudget {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final long limitNanos; // what a full budget took to save
  private final long unitNanos; // what one unit takes to save
  private long savedNanos;
  private long asOfNanos;

  /**
   * Creates a full budget.
   *
   * @param units most that can be saved
   * @param unitsPerSecond what is saved each second
   */
  AnswerBudget(int units, int unitsPerSecond, long nowNanos) {
    unitNanos = SECOND_NANOS / unitsPerSecond;
    limitNanos = units * unitNanos;
    savedNanos = limitNanos;
    asOfNanos = nowNanos;
  }

  /** Spends {@code units}, or returns false if there are not as many. */
  boolean spend(long nowNanos, int units) {
    savedNanos = Math.min(limitNanos, savedNanos + Math.max(0, nowNanos - asOfNanos));
    asOfNanos = nowNanos;
    long cost = units * unitNanos;
    if (cost > savedNanos) {
      return false;
    }
    savedNanos -= cost;
    return true;
  }
}
