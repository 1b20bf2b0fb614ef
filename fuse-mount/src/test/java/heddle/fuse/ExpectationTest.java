package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

final class ExpectationTest {
  private static final long MOMENT = 50;
  private long nowNanos;
  private final Requests requests = new Requests();
  private final Expectation expectation = new Expectation(() -> nowNanos, MOMENT, 2);

  /** The next request comes so long after one began to look for it. */
  private final class Requests implements LoopThreads.Worker {
    private long comesAtNanos;
    private int looks;

    @Override
    public boolean isThere() {
      looks++;
      nowNanos++;
      return nowNanos >= comesAtNanos;
    }

    @Override
    public boolean receive() {
      throw new AssertionError("not asked for");
    }

    @Override
    public OperationKind kind() {
      return OperationKind.OTHER;
    }

    @Override
    public void process() {}

    @Override
    public boolean giveUp(BooleanSupplier condition) {
      throw new AssertionError("not asked for");
    }

    @Override
    public void leave() {}
  }

  /** Returns for how long one looked. */
  private int looksFor(long untilNextNanos) {
    requests.looks = 0;
    requests.comesAtNanos = nowNanos + untilNextNanos;
    expectation.await(requests);
    return requests.looks;
  }

  @Test
  void requestThatComesSoonIsAwaited() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(looksFor(20)).isEqualTo(20);
    }
  }

  @Test
  void oneLooksForAMomentOnly() {
    assertThat(looksFor(1_000_000)).isEqualTo((int) MOMENT);
  }

  @Test
  void whereRequestsTakeLongerOneSeldomLooks() {
    long looks = 0;
    for (int i = 0; i < 1_000; i++) {
      looks += looksFor(1_000_000);
    }
    assertThat(looks).isBetween(MOMENT * 60, MOMENT * 200);
  }

  @Test
  void oneTriesAgainWhenRequestsComeSoonOnceMore() {
    for (int i = 0; i < 1_000; i++) {
      looksFor(1_000_000);
    }
    int awaited = 0;
    for (int i = 0; i < 1_000; i++) {
      awaited += looksFor(20) > 0 ? 1 : 0;
    }
    assertThat(awaited).isGreaterThan(980);
  }

  @Test
  void withOneProcessorTheProgramGetsIt() {
    new Expectation(() -> nowNanos, MOMENT, 1).await(requests);
    assertThat(requests.looks).isZero();
  }
}
