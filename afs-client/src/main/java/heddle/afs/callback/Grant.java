package heddle.afs.callback;

import java.util.Optional;
import java.util.UUID;

/**
 * A promise that a file server gave about one fid, and what must not have happened since the
 * request for it was sent. Immutable; thread-safe.
 *
 * <p>Nobody takes a grant away: it ends by itself as soon as one of the three generations has moved
 * on or its time is over. So a break that arrives while the reply is on its way, or while it is
 * being stored, ends a grant that nobody has seen yet.
 */
public final class Grant {
  private final Ticket ticket;
  private final long expiresNanos;

  Grant(Ticket ticket, long expiresNanos) {
    this.ticket = ticket;
    this.expiresNanos = expiresNanos;
  }

  Optional<Grant> replace() {
    return ticket.replace().map(next -> new Grant(next, expiresNanos));
  }

  /** Returns the server that gave the promise. */
  UUID server() {
    return ticket.server();
  }

  /** Returns whether the promise stands: what came with it may be believed. */
  public boolean stands(long nowNanos) {
    return nowNanos - expiresNanos < 0 && ticket.isUnbroken();
  }
}
