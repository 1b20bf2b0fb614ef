package heddle.afs.cache;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.auth.Caller;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.testkit.FakeClock;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who gets memory when. */
class DirtyMemoryTest {
  private static final long MAX = DirtyMemory.MIN_BYTES;

  private final FakeClock clock = new FakeClock();
  private final DirtyMemory memory = new DirtyMemory(MAX, new Lifetime(clock));
  private final DirtyMemory.Account first = new DirtyMemory.Account();
  private final DirtyMemory.Account second = new DirtyMemory.Account();

  private Request request() {
    return Request.begin(Caller.anonymous(), clock.nanoTime(), Duration.ofSeconds(30));
  }

  @Test
  void oneAccountHasHalfAtMost() {
    assertThat(memory.tryTake(first, MAX / 2)).isTrue();
    assertThat(memory.tryTake(first, 1)).isFalse();
    assertThat(memory.tryTake(second, MAX / 2)).isTrue();
    assertThat(memory.tryTake(second, 1)).isFalse();
    assertThat(memory.used()).isEqualTo(MAX);
    memory.giveBack(first, MAX / 2);
    assertThat(memory.tryTake(first, 1)).isTrue();
  }

  @Test
  void whoWaitsIsServedWhenOthersGiveBack() throws Exception {
    assertThat(memory.tryTake(first, MAX / 2)).isTrue();
    FutureTask<Long> waiter =
        new FutureTask<>(
            () -> {
              memory.take(first, 1000, request(), () -> {});
              return memory.used();
            });
    Thread.ofVirtual().start(waiter);
    while (!memory.isWanted()) {
      Thread.onSpinWait();
    }
    assertThat(memory.tryTake(second, 1)).as("before who waits").isFalse();
    memory.giveBack(first, 1000);
    assertThat(waiter.get()).isEqualTo(MAX / 2);
    assertThat(memory.isWanted()).isFalse();
  }

  @Test
  void whoWaitsForItsOwnServerStopsNobodyElse() throws Exception {
    assertThat(memory.tryTake(first, MAX / 2)).isTrue();
    FutureTask<Boolean> waiter =
        new FutureTask<>(
            () -> {
              memory.take(first, 1000, request(), () -> {});
              return true;
            });
    Thread.ofVirtual().start(waiter);
    while (!memory.isWanted()) {
      Thread.onSpinWait();
    }
    memory.take(second, 1000, request(), () -> {});
    assertThat(waiter.isDone()).isFalse();
    memory.giveBack(first, MAX / 2);
    assertThat(waiter.get()).isTrue();
  }

  @Test
  void roomIsMadeOnceItIsKnownThatSomebodyWaits() throws Exception {
    assertThat(memory.tryTake(first, MAX / 2)).isTrue();
    AtomicBoolean known = new AtomicBoolean();
    Runnable makeRoom =
        () -> {
          known.set(memory.isWanted());
          memory.giveBack(first, 1000);
        };
    memory.take(first, 1000, request(), makeRoom);
    assertThat(known).isTrue();
    assertThat(memory.used()).isEqualTo(MAX / 2);
  }
}
