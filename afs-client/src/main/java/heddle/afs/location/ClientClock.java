package heddle.afs.location;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Time and waiting as the client sees them, so that tests can bring their own. */
public interface ClientClock {
  /** The clock of the machine. */
  ClientClock SYSTEM =
      new ClientClock() {
        private final SuspendClock withSuspend = SuspendClock.ofSystem();

        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public long nanoTimeWithSuspend() {
          return withSuspend.nanoTime();
        }

        @Override
        public boolean await(CountDownLatch latch, Duration limit) throws InterruptedException {
          return latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public boolean pause(Duration duration, CountDownLatch end) throws InterruptedException {
          return await(end, duration);
        }
      };

  /** Returns nanoseconds since some moment; compare by subtraction only. */
  long nanoTime();

  /**
   * Returns nanoseconds since some other moment; they go on while the machine is suspended, as time
   * does for the servers.
   */
  long nanoTimeWithSuspend();

  /** Lets {@code duration} pass (false), or less if {@code end} comes to zero before (true). */
  boolean pause(Duration duration, CountDownLatch end) throws InterruptedException;

  /**
   * Waits until others have brought {@code latch} to zero (true) or {@code limit} is over (false).
   */
  boolean await(CountDownLatch latch, Duration limit) throws InterruptedException;
}
