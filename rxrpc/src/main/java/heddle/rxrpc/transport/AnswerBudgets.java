package heddle.rxrpc.transport;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How much may be spent on answers to each host, and on those to all hosts together. Not
 * thread-safe: it belongs to the receive thread.
 *
 * <p><b>Memory.</b> There are {@value #SHARES} shares, and which one a host has is decided by a
 * hash that nobody else knows. Two hosts may so have one share; but however many addresses somebody
 * forges, nothing grows, and no host loses its place to another.
 *
 * <p>Protocol source: OpenAFS src/rx/rx.c, rxi_SendCallAbort (what is throttled there: behaviour).
 */
final class AnswerBudgets {
  private static final int SHARES_BITS = 10;
  private static final int SHARES = 1 << SHARES_BITS;
  private static final AnswerBudget[] NONE = {};

  /**
   * How much may be spent.
   *
   * @param burst answers at once, after a time without any
   * @param perSecond answers a second
   */
  record Rate(int burst, int perSecond) {
    AnswerBudget budget(long nowNanos) {
      return new AnswerBudget(burst, perSecond, nowNanos);
    }
  }

  private final Rate perHost;
  private final AnswerBudget total;
  private final int secret; // odd
  private @Nullable AnswerBudget[] shares = NONE; // made when the first is wanted

  /**
   * Creates full budgets.
   *
   * @param secret what others cannot guess
   */
  AnswerBudgets(Rate perHost, Rate total, int secret, long nowNanos) {
    this.perHost = perHost;
    this.total = total.budget(nowNanos);
    this.secret = secret | 1;
  }

  /** Spends what one answer to {@code host} costs, or returns false if there is too little. */
  boolean spend(long nowNanos, InetAddress host) {
    if (shares.length == 0) {
      shares = new AnswerBudget[SHARES];
    }
    int index = (host.hashCode() * secret) >>> (Integer.SIZE - SHARES_BITS);
    AnswerBudget share = shares[index];
    if (share == null) {
      share = perHost.budget(nowNanos);
      shares[index] = share;
    }
    return share.spend(nowNanos, 1) && total.spend(nowNanos, 1);
  }
}
