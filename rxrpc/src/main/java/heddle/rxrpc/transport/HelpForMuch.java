package heddle.rxrpc.transport;

/**
 * Whether a user that waits for more than a packet receives for others meanwhile. Where much takes
 * longer to come than help lasts, that costs the processor only; so it is given up after a few
 * times in vain, and tried again now and then.
 *
 * <p>Only help that was given and was not enough is in vain. Where the thread receives, or another
 * user, nothing is known; to count that would keep a fast path on the slow way for long: it takes
 * two tries to come back, for the thread leaves the port to users only after one has looked.
 */
final class HelpForMuch {
  private static final int IN_VAIN = 3;
  private static final int TRY_AGAIN = 64;

  private int waits; // since help was last enough: with help in vain, then without

  boolean isWorthIt() {
    return waits < IN_VAIN || waits % TRY_AGAIN == 0;
  }

  /** A wait goes on without help, which was not worth it. */
  void notOffered() {
    waits++;
  }

  void ended(Receiver.Help how) {
    switch (how) {
      case OVER -> waits = 0;
      case NOT_ENOUGH_CAME -> waits++;
      case NOT_GIVEN, OTHERS_FOLLOW, THREAD_RECEIVES -> {} // nothing is learned
    }
  }
}
