package heddle.rxrpc.testkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads do, without guessing how long they take. */
public final class Eventually {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long INTERVAL_NANOS = TimeUnit.MICROSECONDS.toNanos(100); // between looks

  private Eventually() {}

  /** Returns when {@code condition} holds; fails with what {@code state} says if it never does. */
  public static void until(BooleanSupplier condition, Supplier<?> state) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError("it never came to pass: " + state.get());
      }
      LockSupport.parkNanos(condition, INTERVAL_NANOS);
    }
  }
}
