package heddle.afs.lock;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.rpc.LockType;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of one file at its server: asked for, extended, checked, released, lost. All methods but
 * those of the calling thread are called under the table's lock, which guards all fields.
 *
 * <p>One call is under way at a time, on a virtual thread that nobody interrupts. Storing what was
 * written, which may take longer than a lock lasts, is none: the lock is extended meanwhile.
 */
final class ServerLock {
  private static final Duration NO_LIMIT = Duration.ofDays(1); // but the client's own
  private static final Logger LOG = LoggerFactory.getLogger(ServerLock.class);
  private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long RELEASE_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  private final LockedFile file;
  private final LockTable table;
  private final LockServer server;
  private @Nullable Lease lease;
  private boolean calling;
  private boolean storing; // what was written, before a release; other calls go on
  private boolean releasing; // that is the call
  private boolean converting; // that is the call
  private long retryNanos; // when a server that has refused a lock is to be asked again
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private long releaseNanos; // when a release that has failed is to be tried again
  private int releases;

  ServerLock(LockedFile file, LockTable table, LockServer server) {
    this.file = file;
    this.table = table;
    this.server = server;
    retryNanos = table.nowNanos();
    releaseNanos = retryNanos;
  }

  /** What somebody waits for. */
  static final class Attempt {
    private boolean over;
    private @Nullable AfsException failure;

    boolean isOver() {
      return over;
    }

    Optional<AfsException> failure() {
      return Optional.ofNullable(failure);
    }
  }

  /** What is done on the calling thread, without the table's lock. */
  @FunctionalInterface
  private interface Body {
    void run() throws AfsException;
  }

  private Attempt call(Body body) {
    Attempt attempt = new Attempt();
    calling = true;
    Thread.ofVirtual().name("heddle-lock").start(() -> run(body, attempt));
    return attempt;
  }

  private void run(Body body, Attempt attempt) {
    AfsException failure = failureOf(body);
    table.lock();
    try {
      calling = false;
      converting = false;
      attempt.failure = failure;
      attempt.over = true;
      settle();
      file.signal();
      table.removeIfIdle(file);
    } finally {
      table.unlock();
    }
  }

  private @Nullable AfsException failureOf(Body body) {
    try {
      body.run();
      return null;
    } catch (AfsException e) {
      return e;
    } catch (RuntimeException | Error e) {
      LOG.error("{} failed unexpectedly", file, e);
      return new AfsException.ServerFailure(file + " failed unexpectedly", e);
    }
  }

  boolean isIdle() {
    return lease == null && !isBusy();
  }

  boolean isHeld() {
    return lease != null;
  }

  boolean isCalling() {
    return calling;
  }

  /** Returns whether a thread of it is under way. */
  boolean isBusy() {
    return calling || storing;
  }

  /** Returns whether that can be granted now; not by a lock that is to be given up for another. */
  boolean covers(LockType wanted) {
    return lease != null && !converting && lease.covers(wanted);
  }

  /** Returns whether the server has refused lately. */
  boolean isPausing() {
    return table.nowNanos() - retryNanos < 0;
  }

  /** The server may have something else to say now. */
  void tryAgain() {
    if (file.isAwaited()) {
      retryNanos = table.nowNanos();
      pauseNanos = FIRST_PAUSE_NANOS;
      file.signal();
    }
  }

  /** Returns whether the server may still be told of a release. */
  boolean isToBeReleased() {
    return lease != null || releasing;
  }

  /** Returns how many releases were tried, with success or without. */
  int releases() {
    return releases;
  }

  boolean isDoubtful() {
    return lease != null && !server.isBelieved(lease.place());
  }

  void loseIfOver() {
    if (lease != null && lease.isOver(table.nowNanos())) {
      lose("it could not be extended in time");
    }
  }

  private void lose(String reason) {
    boolean exclusive = lease != null && lease.type() == LockType.WRITE;
    lease = null;
    file.lose(reason, exclusive);
  }

  /** Begins to release the lock if nothing needs it: first stores what was written under it. */
  void settle() {
    if (lease != null
        && !calling
        && !storing
        && file.needsNoServer()
        && table.nowNanos() - releaseNanos >= 0) {
      storing = true;
      Thread.ofVirtual().name("heddle-lock-store").start(this::storeAndRelease);
    }
  }

  /** The same, however lately that has failed. */
  void releaseNow() {
    releaseNanos = table.nowNanos();
    settle();
  }

  /** Does what is due. */
  void round() {
    loseIfOver();
    settle();
    if (lease != null && !calling) { // also one that waits for a store to be released
      if (isDoubtful()) {
        check();
      } else if (lease.isDue(table.nowNanos())) {
        call(this::extend);
      }
    }
    if (file.isAwaited() && !isPausing()) {
      file.signal();
    }
  }

  // ---- calls: without the table's lock

  @Nullable Lease current() {
    table.lock();
    try {
      return lease;
    } finally {
      table.unlock();
    }
  }

  /** Replaces the lease if it still is {@code old}; returns whether it was. */
  boolean replace(@Nullable Lease old, @Nullable Lease next) {
    table.lock();
    try {
      if (lease != old) {
        return false;
      }
      lease = next;
      return true;
    } finally {
      table.unlock();
    }
  }

  private void loseIf(Lease old, AfsException.LockLost cause) {
    table.lock();
    try {
      if (lease == old) {
        lose(String.valueOf(cause.getMessage()));
      }
    } finally {
      table.unlock();
    }
  }

  /** Begins to ask for a lock that covers {@code type}. */
  Attempt ask(LockType type, Supplier<Caller> holder) {
    converting = lease != null;
    return call(() -> acquire(type, holder));
  }

  private void acquire(LockType type, Supplier<Caller> holder) throws AfsException {
    settleDoubt(); // before it is given up for another
    Lease old = current();
    try {
      if (old == null) {
        set(type, holder);
      } else {
        new Conversion(this, server, old).to(type, holder);
      }
    } catch (AfsException.LockHeld e) {
      refused(holder.get());
      throw e;
    }
  }

  /** Asks for a lock where there is none. */
  void set(LockType type, Supplier<Caller> holder) throws AfsException {
    long askedNanos = table.nowNanos();
    Place place = server.set(type, holder.get());
    table.lock();
    try {
      lease = Lease.granted(type, place, holder, askedNanos);
      pauseNanos = FIRST_PAUSE_NANOS;
      releaseNanos = askedNanos;
    } finally {
      table.unlock();
    }
  }

  /** Returns whether somebody here has what needs a lock of the server, whether there is one. */
  boolean isNeeded() {
    table.lock();
    try {
      return !file.hasNothingForServer();
    } finally {
      table.unlock();
    }
  }

  /** What was locked here was without a lock of the server for too long. */
  void loseHolders(String reason) {
    table.lock();
    try {
      if (!file.hasNothingForServer()) {
        file.lose(reason, false);
      }
    } finally {
      table.unlock();
    }
  }

  private void refused(Caller caller) {
    table.lock();
    try {
      retryNanos = table.nowNanos() + pauseNanos;
      pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    } finally {
      table.unlock();
    }
    try {
      server.watch(caller);
    } catch (AfsException e) {
      LOG.debug("{}: nobody will tell when it is released: {}", file, e.getMessage());
    }
  }

  private void extend() throws AfsException {
    Lease old = current();
    if (old == null) {
      return;
    }
    long askedNanos = table.nowNanos();
    try {
      server.extend(old.place(), old.holder().get());
      table.lock();
      try {
        if (lease == old && !old.isOver(table.nowNanos())) {
          lease = old.extended(askedNanos);
        } // else the server may have extended another's
      } finally {
        table.unlock();
      }
    } catch (AfsException.LockLost e) {
      loseIf(old, e);
    } catch (AfsException e) {
      if (!old.isDelayed()) {
        LOG.warn("{} could not be extended, trying again: {}", file, e.getMessage());
      }
      replace(old, old.notExtended(table.nowNanos()));
    }
  }

  /** Begins to find out whether the lock still stands where that is doubtful. */
  Attempt check() {
    return call(this::settleDoubt);
  }

  private void settleDoubt() throws AfsException {
    settleDoubt(NO_LIMIT);
  }

  /** Finds out whether the lock still stands where that is doubtful, on any thread. */
  void settleDoubt(Duration limit) throws AfsException {
    Lease old = current();
    if (old == null || server.isBelieved(old.place())) {
      return;
    }
    try {
      replace(old, old.at(server.check(old.place(), old.holder().get(), limit)));
    } catch (AfsException.LockLost e) {
      loseIf(old, e);
    }
  }

  /** Fails if something that was written still waits. */
  void store() throws AfsException {
    try {
      server.store();
    } catch (AfsException e) {
      if (server.isDirty()) {
        throw e;
      }
      LOG.debug("{}: storing what was written: {}", file, e.getMessage());
    }
  }

  private void storeAndRelease() {
    boolean stored = failureOf(this::storeIfOurs) == null;
    table.lock();
    try {
      storing = false;
      Lease old = lease;
      if (!stored && table.isClosing()) { // it must not come after what others write
        server.drop(new AfsException.LockLost("the client ended before it was stored"));
      }
      if (!stored && !table.isClosing()) { // nobody else may write before
        releaseNanos = table.nowNanos() + RELEASE_AGAIN_NANOS;
        releases++;
      } else if (old != null && !calling && file.needsNoServer()) {
        lease = null;
        releasing = true;
        call(() -> release(old));
      } // else the end of the call settles it
      file.signal();
      table.removeIfIdle(file);
    } finally {
      table.unlock();
    }
  }

  /** The lock at the server has no owner: one that is lost must not be released. */
  private void storeIfOurs() throws AfsException {
    settleDoubt();
    store();
    settleDoubt(); // that may have taken long
  }

  private void release(Lease old) {
    boolean done = true;
    try {
      server.release(old.place(), old.holder().get());
    } catch (AfsException.ServersUnreachable | AfsException.VolumeUnavailable e) {
      LOG.debug("{} are released later: {}", file, e.getMessage());
      done = false; // certainly
    } catch (AfsException e) {
      LOG.info(
          "{}: that of the server lapses in 5 minutes if it is still there: {}",
          file,
          e.getMessage());
    }
    table.lock();
    try {
      releasing = false;
      releases++;
      if (!done) {
        lease = old;
        releaseNanos = table.nowNanos() + RELEASE_AGAIN_NANOS;
      }
    } finally {
      table.unlock();
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
