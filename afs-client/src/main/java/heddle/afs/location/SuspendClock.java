package heddle.afs.location;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A clock that goes on while the machine is suspended, unlike {@link System#nanoTime}. Thread-safe;
 * never goes back.
 *
 * <p>How long the machine has slept is the difference between the system's time since boot and the
 * monotonic clock. Looking that up costs a little, so it is done once a second, and at once when
 * the wall clock has moved against the monotonic one, as it does over a suspend. Where the system
 * does not tell, the wall clock is believed when it jumps forward.
 *
 * <p>Protocol source: Linux fs/proc/uptime.c (behaviour: CLOCK_BOOTTIME).
 */
final class SuspendClock {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long NOTICED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(1); // of the wall clock
  private static final long EXACT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int TRIES = 10;
  private static final Path UPTIME = Path.of("/proc/uptime");

  private final LongSupplier monotonic;
  private final LongSupplier wall;
  private final Supplier<OptionalLong> uptime;
  private final ReentrantLock lock = new ReentrantLock(); // guards all below; a leaf
  private final OptionalLong bootNanos; // by the monotonic clock, as if there had been no sleep
  private long wallLeadNanos; // of the wall clock over the monotonic one
  private long lookedNanos;
  private long sleptNanos;

  /**
   * Begins now, with no sleep so far.
   *
   * @param monotonic nanoseconds that do not count sleep
   * @param wall nanoseconds of the wall clock
   * @param uptime nanoseconds that count sleep; empty if nobody knows
   */
  SuspendClock(LongSupplier monotonic, LongSupplier wall, Supplier<OptionalLong> uptime) {
    this.monotonic = monotonic;
    this.wall = wall;
    this.uptime = uptime;
    lookedNanos = monotonic.getAsLong();
    wallLeadNanos = wall.getAsLong() - lookedNanos;
    bootNanos = boot();
  }

  /** Whatever delays this thread, boot was not later; and hardly earlier. */
  private OptionalLong boot() {
    OptionalLong boot = OptionalLong.empty();
    long tookNanos = EXACT_NANOS;
    for (int i = 0; i < TRIES && tookNanos >= EXACT_NANOS; i++) {
      long beforeNanos = monotonic.getAsLong();
      OptionalLong sinceBoot = uptime.get();
      tookNanos = monotonic.getAsLong() - beforeNanos;
      boot =
          sinceBoot.isPresent()
              ? OptionalLong.of(beforeNanos - sinceBoot.getAsLong())
              : OptionalLong.empty();
    }
    return boot;
  }

  /** Returns the clock of this machine. */
  static SuspendClock ofSystem() {
    return new SuspendClock(
        System::nanoTime,
        () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()),
        SuspendClock::readUptime);
  }

  private static OptionalLong readUptime() {
    try {
      String text = Files.readString(UPTIME);
      double seconds = Double.parseDouble(text.substring(0, text.indexOf(' ')));
      return OptionalLong.of((long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  /** Returns nanoseconds since some moment; compare by subtraction only. */
  long nanoTime() {
    lock.lock();
    try {
      long nowNanos = monotonic.getAsLong();
      long leadNanos = wall.getAsLong() - nowNanos;
      long jumpNanos = leadNanos - wallLeadNanos;
      if (Math.abs(jumpNanos) >= NOTICED_NANOS || nowNanos - lookedNanos >= LOOK_NANOS) {
        wallLeadNanos = leadNanos;
        lookedNanos = nowNanos;
        look(jumpNanos);
      }
      return nowNanos + sleptNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Whatever delays this thread, no more sleep is seen than there was. */
  private void look(long jumpNanos) {
    OptionalLong sinceBoot = uptime.get();
    if (sinceBoot.isPresent() && bootNanos.isPresent()) {
      long slept = sinceBoot.getAsLong() - (monotonic.getAsLong() - bootNanos.getAsLong());
      if (slept - sleptNanos >= NOTICED_NANOS) {
        sleptNanos = slept;
      }
    } else if (jumpNanos >= BELIEVED_NANOS) {
      sleptNanos += jumpNanos;
    }
  }
}
