package heddle.fuse;

import java.util.function.LongSupplier;

/**
 * Whether to look for the next request for a moment before sleeping until it comes. A program that
 * got an answer mostly asks the next thing within microseconds, and a thread that sleeps on another
 * processor needs several times that to run. So while requests do come within the moment it is
 * worth looking; when they do not it is tried seldom. Used by the leader of {@link LoopThreads};
 * should two be at it for once, only the guess gets worse.
 */
final class Expectation {
  private static final int MAX_CREDIT = 32;
  private static final int FIRST_CREDIT = 8;
  private static final int COST = 4; // of a moment in vain
  private static final int YIELD_EVERY = 8; // looks in vain
  private static final int SLEEPS = 16; // until it is tried again

  private final LongSupplier nanoTime;
  private final long momentNanos;
  private final boolean useful;
  private int credit = FIRST_CREDIT;
  private int sleeps;

  Expectation(LongSupplier nanoTime, long momentNanos, int processors) {
    this.nanoTime = nanoTime;
    this.momentNanos = momentNanos;
    this.useful = processors > 1; // else the program waits for our processor
  }

  /** Looks for a request for as long as that is worth it. */
  @SuppressWarnings("ThreadPriorityCheck") // others may need this processor to ask us
  void await(LoopThreads.Worker worker) {
    if (!useful || !worthIt()) {
      return;
    }
    long startNanos = nanoTime.getAsLong();
    int looks = 0;
    do {
      if (worker.isThere()) {
        credit = Math.min(MAX_CREDIT, credit + 1);
        return;
      }
      if (++looks % YIELD_EVERY == 0) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    } while (nanoTime.getAsLong() - startNanos < momentNanos);
    credit -= COST;
  }

  private boolean worthIt() {
    if (credit > 0) {
      return true;
    }
    if (++sleeps % SLEEPS == 0) {
      credit = FIRST_CREDIT;
    }
    return false;
  }
}
