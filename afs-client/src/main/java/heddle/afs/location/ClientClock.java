package heddle.afs.location;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Time and waiting as the client sees them, so that tests can bring their own. */
public interface ClientClock {
  /** The clock of the machine. */
  ClientClock SYSTEM =
      new ClientClock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public boolean await(CountDownLatch latch, Duration limit) throws InterruptedException {
          return latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        }
      };

  /** Returns nanoseconds since some moment; compare by subtraction only. */
  long nanoTime();

  /** Waits until {@code latch} is at zero (true) or {@code limit} is over (false). */
  boolean await(CountDownLatch latch, Duration limit) throws InterruptedException;
}
