package heddle.afs.lock;

import heddle.afs.AfsException;
import heddle.afs.ChangeListener;
import heddle.afs.Fid;
import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import heddle.afs.LockScope;
import heddle.afs.auth.Caller;
import heddle.afs.location.Lifetime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * All locks of a client. Thread-safe: one lock guards all, for moments only; no server is called
 * under it.
 */
public final class LockTable implements ChangeListener {
  private static final Duration ROUND = Duration.ofSeconds(1);

  private final LockScope scope;
  private final Lifetime lifetime;
  private final ReentrantLock lock = new ReentrantLock(); // guards all below
  private final Condition released = lock.newCondition();
  private final Map<Fid, LockedFile> files = new HashMap<>();
  private final WaitsFor waits = new WaitsFor();
  private boolean closing;

  /** Creates an empty table. */
  public LockTable(LockScope scope, Lifetime lifetime) {
    this.scope = scope;
    this.lifetime = lifetime;
  }

  /** Returns the locks of a file that was opened on behalf of {@code caller}. */
  public LockHandle open(LockHandle.Subject subject, Supplier<Caller> caller) {
    return new LockHandle(this, subject, caller);
  }

  LockScope scope() {
    return scope;
  }

  /** Returns the time that leases are judged by: it goes on while the machine is suspended. */
  long nowNanos() {
    return lifetime.clock().nanoTimeWithSuspend();
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  Condition newCondition() {
    return lock.newCondition();
  }

  WaitsFor waits() {
    return waits;
  }

  boolean isClosing() {
    return closing;
  }

  void requireOpen() throws AfsException {
    if (closing) {
      throw new AfsException.ClientClosed("no locks any more");
    }
  }

  void take(LockHandle handle, LockRequest request, LockedFile.Patience patience)
      throws AfsException {
    lock.lock();
    try {
      LockHandle.Subject subject = handle.subject();
      LockedFile file =
          files.computeIfAbsent(subject.fid(), fid -> new LockedFile(this, fid, subject.server()));
      file.enter();
      try {
        file.take(request, handle, patience);
      } finally {
        file.leave();
        removeIfIdle(file);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Releases locks of an owner, and waits for the server if it has to be told. */
  void release(Fid fid, LockOwner owner, LockRange range) throws AfsException.TooManyLocks {
    lock.lock();
    try {
      LockedFile file = files.get(fid);
      if (file != null) {
        file.release(owner, range);
        awaitRelease(file);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The same for all that was locked through an open file that is closed, and no other. */
  void closed(LockHandle handle) {
    lock.lock();
    try {
      LockedFile file = files.get(handle.subject().fid());
      if (file != null) {
        file.clear(handle);
        awaitRelease(file);
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitRelease(LockedFile file) {
    file.awaitRelease();
    removeIfIdle(file);
  }

  void removeIfIdle(LockedFile file) {
    if (file.isIdle()) {
      files.remove(file.fid(), file);
      released.signalAll();
    }
  }

  Optional<LockRequest> conflict(LockHandle handle, LockRequest request) throws AfsException {
    LockServer server = handle.subject().server();
    lock.lock();
    try {
      Fid fid = handle.subject().fid();
      LockedFile known = files.get(fid);
      LockedFile file = known == null ? new LockedFile(this, fid, server) : known;
      Optional<LockRequest> here = file.conflict(request);
      if (here.isPresent() || !file.mayConflictElsewhere(request, handle)) {
        return here;
      }
    } finally {
      lock.unlock();
    }
    int count = server.count(handle.caller());
    boolean free = count == 0 || (count > 0 && request.mode() == LockMode.SHARED);
    LockMode mode = count < 0 ? LockMode.EXCLUSIVE : LockMode.SHARED;
    LockOwner somebody = new LockOwner(request.owner().kind(), 0);
    return free
        ? Optional.empty()
        : Optional.of(new LockRequest(somebody, LockRange.WHOLE, mode, 0));
  }

  void requireKept(LockHandle handle) throws AfsException {
    lock.lock();
    try {
      LockedFile file = files.get(handle.subject().fid());
      if (file != null) {
        file.requireKept(handle);
      }
      handle.requireNotLost();
    } finally {
      lock.unlock();
    }
  }

  /** Locks on a file that are over by the clock are lost now, not in the next round. */
  public void expire(Fid fid) {
    lock.lock();
    try {
      LockedFile file = files.get(fid);
      if (file != null) {
        file.expire();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Locks on a file are lost now, not in the next round, if the server has forgotten them. Asks the
   * server where there is doubt: another may have the lock, and what was written under it must not
   * come after what that one has written.
   *
   * @param limit how long that may take at most
   */
  public void settleDoubt(Fid fid, Duration limit) throws AfsException {
    LockedFile file;
    lock.lock();
    try {
      file = files.get(fid);
    } finally {
      lock.unlock();
    }
    if (file != null) {
      file.settleDoubt(limit);
    }
  }

  /** Returns whether a server may have forgotten a lock on the file. Does not block. */
  public boolean isDoubtful(Fid fid) {
    lock.lock();
    try {
      LockedFile file = files.get(fid);
      return file != null && file.isDoubtful();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void changed(Fid fid) {
    lock.lock();
    try {
      LockedFile file = files.get(fid);
      if (file != null) {
        file.broken();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void manyChanged() {
    lock.lock();
    try {
      files.values().forEach(LockedFile::broken);
    } finally {
      lock.unlock();
    }
  }

  /** Extends, checks, releases and asks for what is due. */
  public void round() {
    lock.lock();
    try {
      List.copyOf(files.values()).forEach(LockedFile::round);
    } finally {
      lock.unlock();
    }
  }

  /** Does rounds on a thread of its own until the client is closed. */
  public void startRounds() {
    lifetime.repeat("heddle-locks", ROUND, this::round);
  }

  /**
   * Releases all locks, for good: none is granted any more, and those who have some are told that
   * they are lost when they write. What was written is stored before; what cannot be is dropped.
   * Blocks until the servers have been told, or {@code limit} is over; returns whether they have.
   */
  public boolean releaseAll(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      closing = true;
      List.copyOf(files.values()).forEach(LockedFile::end);
      long leftNanos = limit.toNanos();
      while (isAnyHeld() && leftNanos > 0) {
        leftNanos = released.awaitNanos(leftNanos);
      }
      return !isAnyHeld();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the server is being called about its lock on a file, for tests. */
  boolean isCalling(Fid fid) {
    lock.lock();
    try {
      LockedFile file = files.get(fid);
      return file != null && file.isCalling();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether something is under way about the server's lock on a file, for tests. */
  boolean isBusy(Fid fid) {
    lock.lock();
    try {
      LockedFile file = files.get(fid);
      return file != null && file.isBusy();
    } finally {
      lock.unlock();
    }
  }

  private boolean isAnyHeld() {
    return files.values().stream().anyMatch(LockedFile::isAtServer);
  }
}
