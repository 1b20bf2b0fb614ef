package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InterruptsTest {
  private static final int CALLER = 77;

  private final Interrupts interrupts = new Interrupts(thread -> thread == CALLER);

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  private static boolean wasInterrupted() {
    return Thread.interrupted();
  }

  @Test
  void operationIsInterrupted() {
    Interrupts.Slot slot = interrupts.slot();
    slot.begin(5, CALLER);

    interrupts.interrupt(5);

    assertThat(wasInterrupted()).isTrue();
  }

  @Test
  void interruptThatOvertakesItsRequestIsNotLost() {
    Interrupts.Slot slot = interrupts.slot();
    interrupts.interrupt(5);
    assertThat(wasInterrupted()).isFalse();

    slot.begin(5, CALLER);

    assertThat(wasInterrupted()).isTrue();
  }

  @Test
  void otherOperationsAreNotInterrupted() {
    Interrupts.Slot slot = interrupts.slot();
    slot.begin(6, CALLER);

    interrupts.interrupt(5);

    assertThat(wasInterrupted()).isFalse();
  }

  @Test
  void onlyWhatIsUnderWayAndAsExpectedIsInterruptedByUs() {
    Interrupts.Slot slot = interrupts.slot();
    assertThat(slot.interruptIf(() -> true)).as("before").isFalse();
    slot.begin(5, CALLER + 1);
    assertThat(slot.interruptIf(() -> false)).isFalse();
    assertThat(wasInterrupted()).isFalse();

    assertThat(slot.interruptIf(() -> true)).isTrue();
    assertThat(wasInterrupted()).isTrue();
    slot.end();
    assertThat(slot.interruptIf(() -> true)).as("after").isFalse();
  }

  @Test
  void interruptThatComesTooLateIsForgotten() {
    Interrupts.Slot slot = interrupts.slot();
    slot.begin(5, CALLER);
    interrupts.interrupt(5);
    slot.end();
    assertThat(wasInterrupted()).isFalse();

    interrupts.interrupt(5);
    slot.begin(6, CALLER);
    assertThat(wasInterrupted()).isFalse();
  }

  @Test
  void signalThatIsNotWorthItEndsNothing() {
    Interrupts.Slot slot = interrupts.slot();
    slot.begin(5, CALLER + 1);
    interrupts.interrupt(5);
    interrupts.interrupt(6);
    slot.begin(6, CALLER + 1);

    assertThat(wasInterrupted()).isFalse();
  }

  @Test
  void memoryOfInterruptsForNobodyIsBounded() {
    for (long request = 1; request <= 100_000; request++) {
      interrupts.interrupt(request);
    }
    Interrupts.Slot slot = interrupts.slot();
    slot.begin(100_000, CALLER);

    assertThat(wasInterrupted()).as("the newest is kept").isTrue();
  }

  @Test
  void everyOneOfManyIsInterruptedWhicheverComesFirst() throws Exception {
    int rounds = 900; // fewer than are remembered
    var started = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(2)) {
      Future<List<Long>> missed =
          threads.submit(
              () -> {
                Interrupts.Slot slot = interrupts.slot();
                var lost = new ArrayList<Long>();
                started.countDown();
                for (long request = 1; request <= rounds; request++) {
                  slot.begin(request, CALLER);
                  try {
                    new CountDownLatch(1).await(); // nobody but an interrupt ends this
                    lost.add(request);
                  } catch (InterruptedException e) {
                    slot.end();
                  }
                }
                slot.giveBack();
                return lost;
              });
      started.await();
      Future<?> interrupting =
          threads.submit(
              () -> {
                for (long request = 1; request <= rounds; request++) {
                  interrupts.interrupt(request);
                }
              });
      interrupting.get();
      assertThat(missed.get()).isEmpty();
    }
  }
}
