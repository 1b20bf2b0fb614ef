package heddle.rxrpc.transport;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether users that wait for more than a packet receive for others meanwhile. Where much takes
 * longer to come than help lasts, that costs the processor only; so it is given up after a few
 * times in vain, and tried again now and then. The calls of an endpoint share what was learned: one
 * that fetches a mebibyte would be over before it has.
 *
 * <p>Only help that was given and was not enough is in vain. Where the thread receives, or another
 * user, nothing is known; to count that would keep a fast path on the slow way for long: it takes
 * two tries to come back, for the thread leaves the port to users only after one has looked.
 * Thread-safe.
 */
final class HelpForMuch {
  private static final int IN_VAIN = 3;
  private static final int TRY_AGAIN = 64;

  /** Since help was last enough: those with help in vain, then those without. */
  private final AtomicInteger waits = new AtomicInteger();

  boolean isWorthIt() {
    int soFar = waits.get();
    return soFar < IN_VAIN || soFar % TRY_AGAIN == 0;
  }

  /** A wait goes on without help, which was not worth it. */
  void notOffered() {
    waits.getAndIncrement();
  }

  void ended(Receiver.Help how) {
    switch (how) {
      case OVER -> waits.set(0);
      case NOT_ENOUGH_CAME -> waits.getAndIncrement();
      case NOT_GIVEN, OTHERS_FOLLOW, THREAD_RECEIVES -> {} // nothing is learned
    }
  }
}
