package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;

/**
 * Whether a ticket is good now. Times are seconds since 1970.
 *
 * <p>Protocol source: OpenAFS src/rxkad/ticket.c (behaviour).
 */
final class TicketTimes {
  /** The end of a ticket that has none. */
  static final long NEVER = 0xffff_ffffL;

  private static final long SKEW = 15 * 60;
  private static final long DAY = 24 * 3600;
  private static final long LONGEST_LIFE = 30 * DAY;

  private TicketTimes() {}

  /** Fails unless the ticket is good; one that begins at 0 may last as long as it likes. */
  static void check(long start, long end, long now) throws RxkadException {
    boolean limited = start != 0 && end != NEVER;
    if (start >= end) {
      throw new RxkadException(Violation.TICKET_TIMES_ABSURD, "it ends before it begins");
    }
    if (start > now + SKEW + LONGEST_LIFE) {
      throw new RxkadException(Violation.TICKET_TIMES_ABSURD, "it begins in the far future");
    }
    if (limited && end - start > LONGEST_LIFE) {
      throw new RxkadException(Violation.TICKET_TIMES_ABSURD, "it lasts longer than 30 days");
    }
    if (end != NEVER && end + SKEW < now) {
      boolean longAgo = start != 0 && now - start > LONGEST_LIFE + DAY;
      throw new RxkadException(
          longAgo ? Violation.TICKET_EXPIRED_LONG_AGO : Violation.TICKET_EXPIRED);
    }
    if (start != 0 && start - SKEW > now) {
      throw new RxkadException(Violation.TICKET_NOT_VALID_YET, "it begins later");
    }
  }
}
