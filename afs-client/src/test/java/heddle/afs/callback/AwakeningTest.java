package heddle.afs.callback;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.testkit.FakeClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwakeningTest {
  private final FakeClock clock = new FakeClock();
  private final AtomicInteger ends = new AtomicInteger();
  private final Awakening awakening = new Awakening(clock, ends::incrementAndGet);

  @Test
  void promisesEndOnceForEachSuspend() {
    clock.suspend(Duration.ofHours(2));
    awakening.look();
    awakening.look();
    assertThat(ends).hasValue(1);
    clock.suspend(Duration.ofSeconds(1));
    awakening.look();
    assertThat(ends).hasValue(2);
  }

  @Test
  void timeThatPassesEndsNoPromise() {
    clock.advance(Duration.ofHours(2));
    awakening.look();
    assertThat(ends).hasValue(0);
  }
}
