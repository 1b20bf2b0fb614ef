package heddle.afs.location;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LifetimeTest {
  private static final Duration PAUSE = Duration.ofNanos(1);

  private final Lifetime lifetime = new Lifetime(ClientClock.SYSTEM);

  @Test
  void aRoundThatFailsIsNotTheLast() throws Exception {
    var rounds = new CountDownLatch(3);
    lifetime.repeat(
        "test",
        PAUSE,
        () -> {
          boolean fails = rounds.getCount() > 0;
          rounds.countDown();
          if (fails) {
            throw new IllegalStateException("for a test");
          }
        });

    assertThat(rounds.await(60, TimeUnit.SECONDS)).isTrue();
    lifetime.end();
  }

  @Test
  void theEndOfTheClientIsTheEndOfItsRounds() throws Exception {
    var thread = new AtomicReference<Thread>();
    var begun = new CountDownLatch(1);
    lifetime.repeat(
        "test",
        PAUSE,
        () -> {
          thread.set(Thread.currentThread());
          begun.countDown();
        });
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

    lifetime.end();

    assertThat(thread.get().join(Duration.ofSeconds(60))).isTrue();
  }
}
