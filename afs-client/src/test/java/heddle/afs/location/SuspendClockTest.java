package heddle.afs.location;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SuspendClockTest {
  private final AtomicLong monotonic = new AtomicLong(-7_000_000_000L);
  private final AtomicLong wall = new AtomicLong(1_700_000_000_000_000_000L);
  private final AtomicLong uptime = new AtomicLong(90_000_000_000L);
  private final SuspendClock told = clock(() -> OptionalLong.of(uptime.get()));
  private final SuspendClock guessing = clock(OptionalLong::empty);

  private SuspendClock clock(Supplier<OptionalLong> sinceBoot) {
    return new SuspendClock(monotonic::get, wall::get, sinceBoot);
  }

  private void pass(Duration time) {
    monotonic.addAndGet(time.toNanos());
    sleep(time);
  }

  private void sleep(Duration time) {
    wall.addAndGet(time.toNanos());
    uptime.addAndGet(time.toNanos());
  }

  private static Duration since(long startNanos, SuspendClock clock) {
    return Duration.ofNanos(clock.nanoTime() - startNanos);
  }

  @Test
  void itGoesOnWhileTheMachineSleeps() {
    for (SuspendClock clock : new SuspendClock[] {told, guessing}) {
      long start = clock.nanoTime();
      pass(Duration.ofMinutes(3));
      assertThat(since(start, clock)).isEqualTo(Duration.ofMinutes(3));
      sleep(Duration.ofMinutes(6));
      assertThat(since(start, clock)).isEqualTo(Duration.ofMinutes(9));
      sleep(Duration.ofHours(1));
      pass(Duration.ofMillis(1));
      assertThat(since(start, clock)).isEqualTo(Duration.ofMinutes(69).plusMillis(1));
    }
  }

  @Test
  void aWallClockThatIsSetIsNoSleepWhereTheSystemTells() {
    long start = told.nanoTime();
    wall.addAndGet(Duration.ofDays(300).toNanos());
    assertThat(since(start, told)).isZero();
    wall.addAndGet(-Duration.ofDays(600).toNanos());
    pass(Duration.ofSeconds(5));
    assertThat(since(start, told)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void sleepIsSeenWithinASecondThoughTheWallClockDoesNotShowIt() {
    long start = told.nanoTime();
    uptime.addAndGet(Duration.ofMinutes(6).toNanos());
    pass(Duration.ofSeconds(1));
    assertThat(since(start, told)).isEqualTo(Duration.ofSeconds(361));
  }

  @Test
  void aThreadThatIsHeldUpWhileItLooksSeesNoSleep() {
    AtomicLong delay = new AtomicLong();
    SuspendClock clock =
        clock(
            () -> {
              OptionalLong read = OptionalLong.of(uptime.get());
              pass(Duration.ofNanos(delay.get()));
              return read;
            });
    long start = clock.nanoTime();
    long monotonicStart = monotonic.get();
    delay.set(Duration.ofMinutes(10).toNanos());
    pass(Duration.ofSeconds(2));
    clock.nanoTime();
    delay.set(0);
    pass(Duration.ofSeconds(2));
    assertThat(clock.nanoTime() - start).isEqualTo(monotonic.get() - monotonicStart);
  }

  @Test
  void theSystemTellsHowLongItIsUp() {
    SuspendClock clock = SuspendClock.ofSystem();
    long first = clock.nanoTime();
    assertThat(clock.nanoTime()).isGreaterThanOrEqualTo(first);
  }
}
