package heddle.afs.lock;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import heddle.afs.location.Lifetime;
import heddle.afs.rpc.LockType;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All locks of this client on one file, and the one at its server that covers them. All fields are
 * guarded by the table's lock; who waits, waits for {@code changed}.
 *
 * <p>The server is called by one thread at a time, of its own: whoever asks waits for it, and may
 * stop waiting, but never stops the call. So it is always known whether there is a lock at the
 * server, but for calls that the server does not answer.
 */
final class LockedFile {
  private static final Logger LOG = LoggerFactory.getLogger(LockedFile.class);

  private final LockTable table;
  private final Fid fid;
  private final String name; // for messages
  private final LockServer server;
  private final Condition changed;
  private final ServerLock serverLock;
  private final RangeLocks ranges = new RangeLocks();
  private final RangeLocks wholes = new RangeLocks();
  private final Map<LockOwner, Set<LockHandle>> handles = new HashMap<>();
  private int interested; // requests that are under way
  private long changes;

  LockedFile(LockTable table, Fid fid, LockServer server) {
    this.table = table;
    this.fid = fid;
    this.name = "fid " + fid;
    this.server = server;
    this.changed = table.newCondition();
    this.serverLock = new ServerLock(this, table, server);
  }

  /** How long a request may wait for other owners. */
  enum Patience {
    NONE,
    UNLIMITED
  }

  Fid fid() {
    return fid;
  }

  /** Somebody is going to ask for a lock, until {@link #leave}: nothing is forgotten meanwhile. */
  void enter() {
    interested++;
  }

  void leave() {
    interested--;
    serverLock.settle();
  }

  /** Returns whether nobody needs this object. */
  boolean isIdle() {
    return interested == 0 && hasNoLocks() && serverLock.isIdle();
  }

  private boolean hasNoLocks() {
    return ranges.isEmpty() && wholes.isEmpty();
  }

  boolean isAwaited() {
    return interested > 0;
  }

  /** Returns whether nothing is locked, or going to be, that needs a lock of the server. */
  boolean needsNoServer() {
    return interested == 0 && hasNothingForServer();
  }

  boolean hasNothingForServer() {
    return switch (table.scope()) {
      case STRICT -> hasNoLocks();
      case OPENAFS -> wholes.isEmpty() && !ranges.hasWhole();
      case LOCAL -> true;
    };
  }

  private RangeLocks locks(LockOwner owner) {
    return switch (owner.kind()) {
      case RANGES -> ranges;
      case WHOLE_FILE -> wholes;
    };
  }

  /** Takes a lock; to be called between {@link #enter} and {@link #leave}. */
  void take(LockRequest request, LockHandle handle, Patience patience) throws AfsException {
    boolean taken = false;
    while (!taken) {
      table.requireOpen();
      handle.requireNotLost();
      serverLock.loseIfOver();
      taken = tryOnce(request, handle, patience);
    }
  }

  private boolean tryOnce(LockRequest request, LockHandle handle, Patience patience)
      throws AfsException {
    RangeLocks locks = locks(request.owner());
    if (locks.conflict(request).isPresent()) {
      giveUpOther(request);
      awaitOthers(request, patience, () -> locks.blockers(request));
      return false;
    }
    Optional<LockType> cover = cover(request, handle);
    if (serverLock.isHeld() && isDowngrade(request)) {
      if (serverLock.isCalling()) {
        await();
        return false;
      }
      giveUpOther(request);
      return askServer(LockType.READ, handle, patience);
    }
    if (cover.isPresent() && !serverLock.covers(cover.get())) {
      giveUpOther(request);
      if (serverLock.isHeld() && !othersThan(request.owner()).isEmpty()) {
        awaitOthers(request, patience, () -> othersThan(request.owner()));
        return false;
      }
      return askServer(cover.get(), handle, patience);
    }
    requireRoom(locks.hasRoomFor(request));
    locks.set(request);
    handles.computeIfAbsent(request.owner(), key -> new HashSet<>()).add(handle);
    handle.holds();
    return true;
  }

  /**
   * Who has a whole file and wants it in the other mode has nothing while it waits, here and at the
   * server, as with Linux: else two could wait for each other.
   */
  private void giveUpOther(LockRequest request) {
    if (request.owner().kind() == LockOwner.Kind.WHOLE_FILE && wholes.has(request.owner())) {
      wholes.clear(request.owner(), LockRange.WHOLE);
      signal();
    }
  }

  /** Returns whether nobody here needs more than a shared lock of the server any more. */
  private boolean isDowngrade(LockRequest request) {
    return request.owner().kind() == LockOwner.Kind.WHOLE_FILE
        && request.mode() == LockMode.SHARED
        && wholes.has(request.owner(), LockRange.WHOLE, LockMode.EXCLUSIVE)
        && othersThan(request.owner()).isEmpty();
  }

  private Set<LockOwner> othersThan(LockOwner owner) {
    Set<LockOwner> others = new HashSet<>(ranges.owners());
    others.addAll(wholes.owners());
    others.remove(owner);
    return others;
  }

  /** Returns what lock of the server has to cover a new lock; empty if none. */
  private Optional<LockType> cover(LockRequest request, LockHandle handle) throws AfsException {
    boolean exclusive = request.mode() == LockMode.EXCLUSIVE;
    if (handle.isReadOnlyVolume()) {
      if (exclusive) {
        throw new AfsException.ReadOnlyVolume(name + " is in a read-only volume");
      }
      return Optional.empty();
    }
    boolean isRange = request.owner().kind() == LockOwner.Kind.RANGES;
    LockType exact = exclusive ? LockType.WRITE : LockType.READ;
    return switch (table.scope()) {
      case LOCAL -> Optional.empty();
      case OPENAFS -> isRange && !request.range().isWhole() ? Optional.empty() : Optional.of(exact);
      case STRICT -> Optional.of(isRange && handle.isWritable() ? LockType.WRITE : exact);
    };
  }

  private void awaitOthers(
      LockRequest request, Patience patience, Supplier<Set<LockOwner>> blockers)
      throws AfsException {
    if (patience == Patience.NONE) {
      throw new AfsException.LockHeld("another process has a lock on " + name);
    }
    WaitsFor waits = table.waits();
    LockOwner owner = request.owner();
    if (owner.kind() == LockOwner.Kind.RANGES && waits.isCircle(owner, blockers.get())) {
      throw new AfsException.Deadlock("to wait for a lock on " + name + " would never end");
    }
    waits.begin(owner, blockers);
    try {
      await();
    } finally {
      waits.end(owner, blockers);
    }
  }

  private boolean askServer(LockType type, LockHandle handle, Patience patience)
      throws AfsException {
    if (serverLock.isCalling() || (patience == Patience.UNLIMITED && serverLock.isPausing())) {
      await();
      return false;
    }
    ServerLock.Attempt attempt = serverLock.ask(type, handle::caller);
    while (!attempt.isOver()) {
      await();
    }
    Optional<AfsException> failure = attempt.failure();
    boolean refused = failure.filter(AfsException.LockHeld.class::isInstance).isPresent();
    if (failure.isPresent() && !(refused && patience == Patience.UNLIMITED)) {
      throw failure.get();
    }
    return false;
  }

  /** Waits until something has changed. */
  void await() throws AfsException {
    long seen = changes;
    try {
      while (changes == seen) {
        changed.await();
      }
    } catch (InterruptedException e) {
      throw Lifetime.interrupted(e);
    }
  }

  void signal() {
    changes++;
    changed.signalAll();
  }

  private void requireRoom(boolean room) throws AfsException.TooManyLocks {
    if (!room) {
      throw new AfsException.TooManyLocks("too many locks on " + name);
    }
  }

  /** Releases what {@code owner} has in the range, here, unless that needs too many locks. */
  void release(LockOwner owner, LockRange range) throws AfsException.TooManyLocks {
    requireRoom(locks(owner).hasRoomWithout(owner, range));
    clear(owner, range);
  }

  private void clear(LockOwner owner, LockRange range) {
    RangeLocks locks = locks(owner);
    if (!locks.has(owner)) {
      return;
    }
    locks.clear(owner, range);
    if (!locks.has(owner)) {
      handles.remove(owner);
    }
    signal();
  }

  /** An open file was closed: releases what was locked through it and through no other. */
  void clear(LockHandle handle) {
    for (LockOwner owner : Set.copyOf(handles.keySet())) {
      Set<LockHandle> of = handles.get(owner);
      if (of != null && of.remove(handle) && of.isEmpty()) {
        clear(owner, LockRange.WHOLE);
      }
    }
  }

  /** Waits until the lock of the server is released, if it need not be held any more. */
  void awaitRelease() {
    serverLock.settle();
    int releases = serverLock.releases();
    try {
      while (serverLock.isToBeReleased() && needsNoServer() && serverLock.releases() == releases) {
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it goes on without us
    }
  }

  /** Returns a lock that is in the way of a request, here or at the server. */
  Optional<LockRequest> conflict(LockRequest request) {
    return locks(request.owner()).conflict(request);
  }

  /** Returns whether a lock of another client may be in the way of a request. */
  boolean mayConflictElsewhere(LockRequest request, LockHandle handle) throws AfsException {
    LockRequest weaker =
        new LockRequest(request.owner(), request.range(), LockMode.SHARED, request.process());
    return cover(handle.isReadOnlyVolume() ? weaker : request, handle)
        .filter(type -> !serverLock.isHeld())
        .isPresent();
  }

  /** Fails if the lock that {@code handle} was used to take is lost; may ask the server. */
  void requireKept(LockHandle handle) throws AfsException {
    serverLock.loseIfOver();
    while (serverLock.isDoubtful() && serverLock.isCalling()) {
      await();
    }
    if (serverLock.isDoubtful()) {
      ServerLock.Attempt attempt = serverLock.check();
      while (!attempt.isOver()) {
        await();
      }
    }
    handle.requireNotLost();
  }

  /** A lock of the server that is over by the clock is lost. */
  void expire() {
    serverLock.loseIfOver();
  }

  /** To be called without the table's lock; may ask the server. */
  void settleDoubt(Duration limit) throws AfsException {
    serverLock.settleDoubt(limit);
  }

  /** Does what is due. */
  void round() {
    serverLock.round();
  }

  /** A promise about the file has ended: perhaps because its last lock was released. */
  void broken() {
    serverLock.tryAgain();
    if (serverLock.isDoubtful()) { // the server waits for us before it begins with what we ask for
      server.abortStore();
    }
  }

  /** Returns whether the server may have forgotten its lock. */
  boolean isDoubtful() {
    return serverLock.isDoubtful();
  }

  /**
   * The lock of the server is gone, and all that it covered with it. What was written under it is
   * dropped, also when it was to be released as soon as that is stored: another may have it now.
   */
  void lose(String reason, boolean exclusive) {
    AfsException.LockLost cause = new AfsException.LockLost("lock on " + name + ": " + reason);
    Set<LockHandle> losers = new HashSet<>();
    handles.values().forEach(losers::addAll);
    losers.forEach(handle -> handle.lose(cause));
    ranges.clear();
    wholes.clear();
    handles.clear();
    if (!losers.isEmpty()) {
      LOG.warn("{}; what was opened with it cannot be written any more", cause.getMessage());
      server.drop(cause);
    } else if (exclusive && server.isDirty()) {
      LOG.warn("{}; what was written under it and not stored is lost", cause.getMessage());
      server.drop(cause);
    }
    signal();
  }

  /** Gives everything up because the client ends; what was locked is lost to those who had it. */
  void end() {
    AfsException.LockLost cause = new AfsException.LockLost("the client has ended");
    handles.values().forEach(of -> of.forEach(handle -> handle.lose(cause)));
    ranges.clear();
    wholes.clear();
    handles.clear();
    signal();
    serverLock.releaseNow();
  }

  boolean isCalling() {
    return serverLock.isCalling();
  }

  boolean isBusy() {
    return serverLock.isBusy();
  }

  /** Returns whether the server has a lock, or is going to be told that it has none. */
  boolean isAtServer() {
    return !serverLock.isIdle();
  }

  @Override
  public String toString() {
    return "locks on " + name;
  }
}
