package heddle.rxrpc.transport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Frees an actor who waits for a wake-up that was lost, by an interrupt, so that the race ends with
 * a result that says so, instead of never.
 */
final class RaceRescue {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long IMPATIENT_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int LOOKS = 50; // many short ones: all threads may stand still for long
  private static volatile @Nullable RaceRescue current;

  static {
    Thread.ofPlatform().daemon().name("rescue").start(RaceRescue::run);
  }

  private final Thread actor = Thread.currentThread();
  private volatile boolean needed;

  private RaceRescue() {}

  /** The current thread is going to wait for something that is sure to come soon. */
  static RaceRescue begin() {
    RaceRescue rescue = new RaceRescue();
    current = rescue;
    return rescue;
  }

  /** Returns whether the actor woke by itself. */
  boolean wasNotNeeded() {
    current = null;
    boolean interrupted = Thread.interrupted(); // cleared, whoever needed it
    return !needed && !interrupted;
  }

  @SuppressWarnings("ReferenceEquality") // the very same
  private static void run() {
    RaceRescue seen = null;
    long interval = INTERVAL_NANOS;
    int looks = 0;
    while (true) {
      LockSupport.parkNanos(interval);
      RaceRescue now = current;
      looks = now != null && now == seen ? looks + 1 : 0;
      if (looks >= LOOKS) {
        now.needed = true;
        now.actor.interrupt();
        looks = 0;
        interval = IMPATIENT_INTERVAL_NANOS; // the race is lost anyway
      }
      seen = now;
    }
  }
}
