package heddle.afs.lock;

import heddle.afs.auth.Caller;
import heddle.afs.rpc.LockType;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A lock that a server has granted on a file, for as long as it stands. Immutable; each grant and
 * each extension is one of its own.
 *
 * <p>It counts from before the request was sent, so it ends here before the server may give it to
 * another. An extension must be answered in that time as well: a server extends whatever lock there
 * is, also that of another who has got it since.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, AFS_LOCKWAIT; src/viced/afsfileprocs.c,
 * HandleLocking (behaviour).
 */
final class Lease {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final Duration MARGIN = Duration.ofSeconds(5); // for clocks that do not agree
  private static final Duration EXTEND_AFTER = Duration.ofMinutes(1);
  private static final Duration EXTEND_AGAIN = Duration.ofSeconds(10);

  private final LockType type;
  private final Place place;
  private final Supplier<Caller> holder;
  private final long sinceNanos; // when it was asked for, or extended last
  private final long nextNanos; // when it is to be extended next

  private Lease(
      LockType type, Place place, Supplier<Caller> holder, long sinceNanos, long nextNanos) {
    this.type = type;
    this.place = place;
    this.holder = holder;
    this.sinceNanos = sinceNanos;
    this.nextNanos = nextNanos;
  }

  static Lease granted(LockType type, Place place, Supplier<Caller> holder, long askedNanos) {
    return new Lease(type, place, holder, askedNanos, askedNanos + EXTEND_AFTER.toNanos());
  }

  LockType type() {
    return type;
  }

  /** Returns where it was granted. */
  Place place() {
    return place;
  }

  /** Returns on whose behalf it was asked for. */
  Supplier<Caller> holder() {
    return holder;
  }

  /** Returns whether it covers whatever {@code wanted} covers. */
  boolean covers(LockType wanted) {
    return type == LockType.WRITE || wanted == LockType.READ;
  }

  /** Returns whether another may have it. */
  boolean isOver(long nowNanos) {
    return nowNanos - sinceNanos >= LIFETIME.minus(MARGIN).toNanos();
  }

  boolean isDue(long nowNanos) {
    return nowNanos - nextNanos >= 0;
  }

  /** The server has extended it, as was asked for at that time. */
  Lease extended(long askedNanos) {
    return granted(type, place, holder, askedNanos);
  }

  /** The server could not be asked. */
  Lease notExtended(long nowNanos) {
    return new Lease(type, place, holder, sinceNanos, nowNanos + EXTEND_AGAIN.toNanos());
  }

  /** Returns whether it was tried in vain to extend it. */
  boolean isDelayed() {
    return nextNanos - sinceNanos != EXTEND_AFTER.toNanos();
  }

  /** It was found to stand, under other signs. */
  Lease at(Place samePlace) {
    return new Lease(type, samePlace, holder, sinceNanos, nextNanos);
  }
}
