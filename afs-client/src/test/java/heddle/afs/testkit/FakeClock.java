package heddle.afs.testkit;

import heddle.afs.location.ClientClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until somebody pauses or a test moves it. */
public final class FakeClock implements ClientClock {
  private static final long HANGS_AFTER_SECONDS = 60;

  private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
  private final AtomicLong sleptNanos = new AtomicLong();

  public void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  /** The machine is suspended for so long. */
  public void suspend(Duration duration) {
    sleptNanos.addAndGet(duration.toNanos());
  }

  public Duration since(long startNanos) {
    return Duration.ofNanos(nanos.get() - startNanos);
  }

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public long nanoTimeWithSuspend() {
    return nanos.get() + sleptNanos.get();
  }

  /** Takes no real time. */
  @Override
  public boolean pause(Duration duration, CountDownLatch end) {
    advance(duration);
    return end.getCount() == 0;
  }

  /** Takes as long as the other threads need. */
  @Override
  public boolean await(CountDownLatch latch, Duration limit) throws InterruptedException {
    if (!latch.await(HANGS_AFTER_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody does what is waited for");
    }
    return true;
  }
}
