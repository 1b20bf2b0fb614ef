package heddle.rxrpc.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.UnaryOperator;

/**
 * How large a datagram the path to a peer carries whole. All sizes are UDP payloads in bytes.
 *
 * <p><b>What is used.</b> Data goes in datagrams of at most {@link #usable} bytes, at first the
 * size that every Rx implementation begins with. But that is used only on a path that is warm: one
 * that has lately carried something large. On a cold one calls begin with what nearly every path
 * carries, and a probe; so a path that has shrunk meanwhile is noticed before it does harm. Data
 * may be fragmented on the way, which is slow but arrives.
 *
 * <p><b>Search.</b> Calls that transfer much send probes: pings padded to a size, which must not be
 * fragmented. One that is answered proves its size; one that is lost {@value #MAX_LOSSES} times, or
 * of which the network says that it is too big, disproves it. First the size in use is probed, then
 * the greatest one wanted, then what lies between. What was found is proved again from time to
 * time, and what was not is tried again.
 *
 * <p><b>Black holes.</b> A call which finds that nothing large arrives, while the peer answers,
 * says so: then the size falls at once to what nearly every path carries, or to the least.
 *
 * <p>Calls under different locks use it: the state is one immutable value that is replaced whole.
 *
 * <p>Protocol source: RFC 8899, 4 and 5; Linux net/rxrpc peer_event.c (probes by padded pings).
 */
final class PathMtu {
  /** IPv4's least datagram, without its and UDP's headers. */
  static final int LEAST = 576 - 28;

  /** What nearly every path carries: RFC 8899, 5.1.2. */
  static final int BASE = 1200;

  static final int MAX_LOSSES = 3;
  static final long WARM_NANOS = 10_000_000_000L;
  private static final long REMEMBER_NANOS = 1_000_000_000L; // so exactly is warmth remembered
  static final long PROVE_NANOS = 60_000_000_000L;
  static final long RAISE_NANOS = 600_000_000_000L; // RFC 8899, 5.1.1: PMTU_RAISE_TIMER
  private static final long RECOVERY_NANOS = 5_000_000_000L; // after a black hole
  private static final long CLAIM_NANOS = 10_000_000_000L; // then who probes has been forgotten
  private static final int NARROW = 16; // so few bytes more are not worth a probe
  private static final int STEP = 1416; // above the start, only whole packets more are

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(PathMtu.class, "state", State.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * What is known.
   *
   * @param usable what data uses
   * @param good greatest size that is proven, or taken for granted
   * @param bad least size that is known not to get through
   */
  private record State(int usable, int good, int bad, Probing probing) {
    /** Returns what is known when jumbograms were lost, be it for want of room in some queue. */
    State doubted(long nowNanos, int single) {
      return new State(single, single, bad, probing.over(nowNanos, 0, nowNanos));
    }

    State with(Probing other) {
      return new State(usable, good, bad, other);
    }
  }

  /**
   * The search.
   *
   * @param size of the probe that is out, 0 for none
   * @param losses of probes of the size that was probed last
   * @param sinceNanos when the last one went out
   * @param nextNanos when the next may
   * @param raiseNanos when what did not get through is to be tried again
   */
  private record Probing(int size, int losses, long sinceNanos, long nextNanos, long raiseNanos) {
    static final Probing NEVER = new Probing(0, 0, 0, 0, 0);

    boolean isOut(long nowNanos) {
      return size != 0 && nowNanos - sinceNanos < CLAIM_NANOS;
    }

    @SuppressWarnings("ReferenceEquality") // the constant that says "never"
    boolean isNever() {
      return this == NEVER;
    }

    /** Returns whether the last probe was some time ago. */
    boolean isOver(long nowNanos) {
      return nowNanos - sinceNanos >= REMEMBER_NANOS;
    }

    /** No probe is out any more; the next may go out at {@code newNextNanos}. */
    Probing over(long nowNanos, int newLosses, long newNextNanos) {
      long raise = isNever() ? nowNanos + RAISE_NANOS : raiseNanos;
      return new Probing(0, newLosses, sinceNanos, newNextNanos, raise);
    }
  }

  private final int start;
  private final int least;
  private final int base;
  private final int ceiling;
  private volatile int wanted; // greatest size of any use, as far as the peer has said
  private volatile State state;
  private volatile long warmNanos; // when something large was last known to have got through
  private volatile boolean everWarm;

  /**
   * Begins with what is assumed.
   *
   * @param start what is used at first
   * @param ceiling greatest size that anybody would use
   */
  PathMtu(int start, int ceiling) {
    this.start = start;
    this.least = Math.min(LEAST, start);
    this.base = Math.min(BASE, start);
    this.ceiling = Math.max(start, ceiling);
    this.wanted = this.ceiling;
    this.state = new State(start, base, this.ceiling + 1, Probing.NEVER);
  }

  /** Returns the size of the largest datagram to send on a warm path. */
  int usable() {
    return state.usable;
  }

  /** Returns the size of the largest datagram to send now. */
  int usable(long nowNanos) {
    int usable = state.usable;
    return usable <= base || isWarm(nowNanos) ? usable : base;
  }

  /** Returns the size of the largest datagram that is known to get through. */
  int proven() {
    return state.good;
  }

  /** Returns whether something as large as is used has got through lately. */
  boolean isWarm(long nowNanos) {
    return everWarm && nowNanos - warmNanos < WARM_NANOS;
  }

  /** A datagram of so many bytes has got through. */
  void carried(long nowNanos, int bytes) {
    if (bytes > base && (!everWarm || nowNanos - warmNanos >= REMEMBER_NANOS)) {
      warmNanos = nowNanos;
      everWarm = true;
    }
  }

  /** The peer takes datagrams of so many bytes: larger ones are not worth a probe. */
  void want(int bytes) {
    int size = Math.clamp(bytes, start, ceiling);
    if (size > wanted || state.bad > ceiling) { // else it says what has come through so far
      wanted = size;
    }
  }

  /** Returns the greatest size that is ever probed. */
  int ceiling() {
    return ceiling;
  }

  // ---- probes

  /** Returns the size of a probe that the caller is to send now, or 0. */
  int claim(long nowNanos) {
    State before = state;
    Probing last = before.probing;
    boolean ever = !last.isNever();
    boolean cold = isCold(nowNanos);
    boolean early = nowNanos - last.nextNanos < 0 && !(cold && last.isOver(nowNanos));
    if (ever && (last.isOut(nowNanos) || early)) {
      return 0;
    }
    boolean raise = ever && nowNanos - last.raiseNanos >= 0;
    int bad = raise ? ceiling + 1 : before.bad;
    int size = cold ? before.usable : candidate(before.usable, before.good, bad);
    long raiseNanos = ever && !raise ? last.raiseNanos : nowNanos + RAISE_NANOS;
    Probing probing = new Probing(size, last.losses, nowNanos, nowNanos, raiseNanos);
    State after = new State(before.usable, before.good, bad, probing);
    return STATE.compareAndSet(this, before, after) ? size : 0;
  }

  /** Returns whether a probe would let larger datagrams be used than now. */
  boolean isCold(long nowNanos) {
    return usable(nowNanos) < state.usable;
  }

  /** Returns what is to be proved next: what is in use, if nothing else is of interest. */
  private int candidate(int usable, int good, int bad) {
    if (good < usable || isNarrow(good, bad)) {
      return usable;
    }
    if (bad > wanted) {
      return wanted;
    }
    int middle = (good + bad) / 2;
    return middle <= start ? middle : Math.max(wholePackets(middle), larger(good));
  }

  private boolean isNarrow(int good, int bad) {
    return good >= wanted || larger(good) >= bad;
  }

  /** Returns the least size above {@code good} that is worth a probe. */
  private int larger(int good) {
    return good < start ? good + NARROW : wholePackets(good) + STEP;
  }

  private int wholePackets(int bytes) {
    return start + (bytes - start) / STEP * STEP;
  }

  /** The probe of so many bytes was answered. */
  void arrived(long nowNanos, int size) {
    carried(nowNanos, size);
    update(
        now -> {
          int good = Math.max(now.good, size);
          int usable = Math.max(now.usable, good);
          int bad = now.bad > good ? now.bad : ceiling + 1;
          boolean done = good >= usable && isNarrow(good, bad);
          long nextNanos = done ? nowNanos + PROVE_NANOS : nowNanos;
          return new State(usable, good, bad, now.probing.over(nowNanos, 0, nextNanos));
        });
  }

  /** The probe of so many bytes was not answered in time. */
  void lost(long nowNanos, int size) {
    update(
        now -> {
          if (now.probing.size != size) {
            return now;
          }
          int losses = now.probing.losses + 1;
          return losses < MAX_LOSSES
              ? now.with(now.probing.over(nowNanos, losses, nowNanos))
              : disproved(now, size).with(now.probing.over(nowNanos, 0, nowNanos));
        });
  }

  /** Whoever has the probe out will not see the answer. */
  void abandoned(int size) {
    update(
        now ->
            now.probing.size == size
                ? now.with(now.probing.over(0, now.probing.losses, now.probing.nextNanos))
                : now);
  }

  /** What was proven before is no longer so: the path has changed. */
  private State disproved(State now, int size) {
    int good = size > now.good ? now.good : safe(size);
    int usable = size > now.usable ? now.usable : good;
    return new State(usable, good, Math.min(now.bad, size), now.probing);
  }

  /** Returns what may be taken to get through where {@code size} does not. */
  private int safe(int size) {
    if (size > start) {
      return start;
    }
    return size > base ? base : least;
  }

  // ---- news

  /**
   * The network says that a datagram did not fit.
   *
   * @param size of the datagram
   * @param fits what would, 0 if that was not said
   */
  void tooBig(long nowNanos, int size, int fits) {
    update(
        now -> {
          Probing probing =
              now.probing.size == size ? now.probing.over(nowNanos, 0, nowNanos) : now.probing;
          if (size >= now.bad || size <= least) {
            return now.with(probing);
          }
          if (fits < least || fits >= size) {
            return disproved(now, size).with(probing);
          }
          int usable = Math.min(now.usable, fits);
          return new State(
              usable, Math.min(now.good, usable), Math.min(now.bad, fits + 1), probing);
        });
  }

  /**
   * Nothing as large as this gets through, though the peer answers; and nobody says so. Jumbograms
   * give way sooner than that, at the first time-out; so the next probe is to say whether it was
   * their size.
   */
  void swallows(long nowNanos, int size) {
    update(
        now ->
            size > now.usable
                ? now // known already
                : size > start
                    ? now.doubted(nowNanos, start)
                    : new State(
                        safe(size),
                        safe(size),
                        size,
                        now.probing.over(nowNanos, 0, nowNanos + RECOVERY_NANOS)));
  }

  private void update(UnaryOperator<State> change) {
    State before;
    State after;
    do {
      before = state;
      after = change.apply(before);
    } while (!STATE.compareAndSet(this, before, after));
  }

  @Override
  public String toString() {
    State now = state;
    return now.usable + " bytes (good " + now.good + ", bad " + now.bad + ")";
  }
}
