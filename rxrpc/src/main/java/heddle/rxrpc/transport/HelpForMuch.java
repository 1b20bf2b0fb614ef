package heddle.rxrpc.transport;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether users that wait for much receive for others meanwhile. Where much takes longer to come
 * than help lasts, that costs the processor only: also where it comes in bursts, with a pause after
 * each. So once in vain weighs as much as {@value #IN_VAIN} times enough; when the balance is gone
 * help is tried now and then.
 *
 * <p>Only help that was given and did not do is in vain. Where the thread receives, or another
 * user, nothing is known; to count that would keep a fast path on the slow way for long: it takes
 * two tries to come back, for the thread leaves the port to users only after one has looked.
 *
 * <p>The calls of an endpoint share the balance, also those to other peers: one that fetches a
 * mebibyte would be over before it has learned. Those that read and those that write have one each:
 * a file server that is slow to take may be fast to give. Thread-safe.
 */
final class HelpForMuch {
  private static final int MOST = 24;
  private static final int IN_VAIN = 8;
  private static final int TRY_AGAIN = 64; // waits without help

  private final AtomicInteger balance = new AtomicInteger(MOST);
  private final AtomicInteger without = new AtomicInteger();

  /** Returns whether to help; to be asked once for each wait. */
  boolean isWorthIt() {
    return balance.get() > 0 || without.incrementAndGet() % TRY_AGAIN == 0;
  }

  void ended(Receiver.Help how) {
    switch (how) {
      case OVER -> balance.getAndUpdate(before -> Math.min(MOST, before + 1));
      case NOT_ENOUGH_CAME -> balance.getAndUpdate(before -> Math.max(0, before - IN_VAIN));
      case NOT_GIVEN, OTHERS_FOLLOW, THREAD_RECEIVES -> without.set(TRY_AGAIN - 1); // the next one
    }
  }
}
