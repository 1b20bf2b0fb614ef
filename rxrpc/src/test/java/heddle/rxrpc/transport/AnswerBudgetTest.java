package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerBudgetTest {
  private static final long MILLI = 1_000_000L;
  private static final long START = Long.parseLong("9223372036854775800"); // soon it wraps

  private final AnswerBudget budget = new AnswerBudget(10, 1000, START);

  private int spendAll(long nowNanos) {
    int spent = 0;
    while (budget.spend(nowNanos, 1)) {
      spent++;
    }
    return spent;
  }

  @Test
  void isFullAtFirst() {
    assertThat(spendAll(START)).isEqualTo(10);
  }

  @Test
  void savesWithTimeUpToItsLimit() {
    spendAll(START);
    assertThat(spendAll(START + 3 * MILLI)).isEqualTo(3);
    assertThat(spendAll(START + 1_000 * MILLI)).isEqualTo(10);
  }

  @Test
  void dearThingsNeedAsMuchSaved() {
    assertThat(budget.spend(START, 7)).isTrue();
    assertThat(budget.spend(START, 4)).isFalse();
    assertThat(budget.spend(START + MILLI, 4)).isTrue();
    assertThat(budget.spend(START + MILLI, 1)).isFalse();
  }
}
