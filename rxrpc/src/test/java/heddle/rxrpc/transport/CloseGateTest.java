package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CloseGateTest {
  private final AtomicInteger closed = new AtomicInteger();
  private final CloseGate gate = new CloseGate(closed::incrementAndGet);

  @Test
  void lastUserClosesAndNobodyEntersAfterwards() {
    assertThat(gate.enter()).isTrue();
    assertThat(gate.enter()).isTrue();
    gate.close();
    assertThat(gate.enter()).isFalse();
    gate.leave();
    assertThat(closed).hasValue(0);
    gate.leave();
    assertThat(closed).hasValue(1);
    assertThat(gate.enter()).isFalse();
    assertThat(closed).hasValue(1);
  }

  @Test
  void whileItIsOpenLeavingClosesNothing() {
    assertThat(gate.enter()).isTrue();
    gate.leave();
    assertThat(closed).hasValue(0);
    assertThat(gate.isClosed()).isFalse();
  }

  /** Nobody is inside when it is closed for good, in whatever order they come and go. */
  @Test
  void closesOnceAndAfterEveryUser() throws InterruptedException {
    for (int round = 0; round < 500; round++) {
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger closings = new AtomicInteger();
      AtomicInteger insideThen = new AtomicInteger();
      CloseGate shared =
          new CloseGate(
              () -> {
                closings.incrementAndGet();
                insideThen.set(inside.get());
              });
      CountDownLatch done = new CountDownLatch(3);
      for (int i = 0; i < 3; i++) {
        int user = i;
        Thread.startVirtualThread(
            () -> {
              for (int n = 0; n < 20 && shared.enter(); n++) {
                inside.incrementAndGet();
                if (user == 0 && n == 10) {
                  shared.close();
                }
                inside.decrementAndGet();
                shared.leave();
              }
              done.countDown();
            });
      }
      done.await();
      assertThat(closings).hasValue(1);
      assertThat(insideThen).hasValue(0);
    }
  }
}
