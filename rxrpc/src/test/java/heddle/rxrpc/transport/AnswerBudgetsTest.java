package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.transport.AnswerBudgets.Rate;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerBudgetsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int SECRET = 0x5DEECE66;
  private static final InetAddress ONE = host(1);
  private static final InetAddress OTHER = host(2);

  private final AnswerBudgets budgets =
      new AnswerBudgets(new Rate(10, 5), new Rate(100, 50), SECRET, 0);

  private static InetAddress host(int number) {
    try {
      return InetAddress.getByAddress(
          new byte[] {10, (byte) (number >>> 16), (byte) (number >>> 8), (byte) number});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private long spent(long nowNanos, InetAddress host) {
    return IntStream.range(0, 1_000).filter(i -> budgets.spend(nowNanos, host)).count();
  }

  @Test
  void hostHasItsShareAndNoMore() {
    assertThat(spent(0, ONE)).isEqualTo(10);
    assertThat(spent(SECOND, ONE)).isEqualTo(5);
  }

  @Test
  void greedOfOneHostCostsAnotherNothing() {
    spent(0, ONE);
    assertThat(spent(0, OTHER)).isEqualTo(10);
  }

  @Test
  void allHostsTogetherHaveNoMoreThanTheTotal() {
    assertThat(IntStream.range(0, 10_000).mapToLong(i -> spent(0, host(i))).sum()).isEqualTo(100);
    assertThat(IntStream.range(0, 10_000).mapToLong(i -> spent(SECOND, host(i))).sum())
        .isEqualTo(50);
  }

  @Test
  void neighboursSeldomHaveOneShare() {
    AnswerBudgets plenty =
        new AnswerBudgets(new Rate(1, 1), new Rate(1_000_000, 1_000_000), SECRET, 0);
    long served = IntStream.range(0, 256).filter(i -> plenty.spend(0, host(i))).count();
    assertThat(served).isGreaterThan(200);
  }
}
