package heddle.afs.vnode;

import static java.util.Objects.requireNonNull;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.auth.Caller;
import heddle.afs.callback.Grant;
import heddle.afs.callback.Ticket;
import heddle.afs.callback.Watched;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.thread.WaitingThread;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file, directory, link or mount point of a volume, and what is known of it. There is one object
 * for each fid as long as anybody uses it. Thread-safe.
 *
 * <p>What is known is replaced as a whole and read without a lock. The one lock, {@link #lock}, is
 * held by whoever fetches, while the call lasts, so that many who want the same cost one call; each
 * looks again when it has the lock, and fetches for itself if what the other got is not believed,
 * or the other failed.
 */
public final class Vnode implements Place {
  private static final int OVERHEAD_BYTES = 1000;

  /** Data that were lost or flushed make another version, of numbers that no server comes to. */
  private static final int LOSSES_SHIFT = 44;

  private final Watched watched;
  private final MountedVolume volume;
  private final ReentrantLock fetching = new ReentrantLock();
  private final AtomicReference<@Nullable KnownStatus> known = new AtomicReference<>();
  private final AtomicInteger opens = new AtomicInteger();
  private final AtomicInteger flushes = new AtomicInteger();
  private final AtomicReference<@Nullable DirtyFile> dirty = new AtomicReference<>();
  private volatile @Nullable Contents contents;
  private volatile @Nullable Listing listing;
  private volatile int nextEntry;

  Vnode(Watched watched, MountedVolume volume) {
    this.watched = watched;
    this.volume = volume;
  }

  /** Returns the fid. */
  public Fid fid() {
    return watched.fid();
  }

  WireFid wireFid() {
    return WireFid.of(fid());
  }

  Watched watched() {
    return watched;
  }

  MountedVolume volume() {
    return volume;
  }

  /** Returns what is believed of the vnode and may be told to the caller. */
  @Nullable KnownStatus believedBy(Request request) {
    KnownStatus now = known.get();
    return now != null && now.isBelievedFor(request.caller(), request.startNanos()) ? now : null;
  }

  /** Returns what the caller was told last, whether it is still believed or not. */
  @Nullable KnownStatus toldTo(Caller caller) {
    KnownStatus now = known.get();
    return now != null && now.isKnownTo(caller) ? now : null;
  }

  /**
   * Takes a status as a server told it, and returns it as the caller may use it for the operation
   * under way. It is kept unless something better is known already.
   *
   * @param creation the volume's date of creation that came with it
   * @param ticket noted before the request
   */
  KnownStatus learn(
      FetchStatus status, int creation, CallbackPromise promise, Ticket ticket, Caller caller) {
    int instance = volume.instance(status, creation);
    KnownStatus told = KnownStatus.told(fid(), status, instance, ticket.grant(promise), caller);
    long nowNanos = ticket.requestedNanos();
    while (true) {
      KnownStatus before = known.get();
      KnownStatus after = told.inLineOf(before);
      if (before != null && before.isBelieved(nowNanos)) {
        if (!told.isBelieved(nowNanos) || isOlder(status, before)) {
          return told; // a reply that was overtaken
        }
        after = after.withRightsOf(before);
      }
      if (known.compareAndSet(before, after)) {
        return after;
      }
    }
  }

  /** Returns what is believed of the vnode, whoever asked for it. */
  @Nullable KnownStatus believed(long nowNanos) {
    KnownStatus now = known.get();
    return now != null && now.isBelieved(nowNanos) ? now : null;
  }

  /**
   * Takes the status that the reply to this client's own change told, and returns it as the caller
   * may use it for the operation under way.
   *
   * @param grant the promise that goes on, if one does: all others are ended
   * @param before what was believed before, if anything was
   */
  KnownStatus learnOwn(
      FetchStatus status, Optional<Grant> grant, @Nullable KnownStatus before, Request request) {
    int instance = volume.instance(status, volume.creation());
    KnownStatus told = KnownStatus.told(fid(), status, instance, grant, request.caller());
    KnownStatus mine = before == null ? told : told.withRightsOf(before);
    while (true) {
      KnownStatus now = known.get();
      if (now != null && now.isBelieved(request.startNanos())) {
        return mine; // somebody has asked since the reply came, and knows better
      }
      KnownStatus next = mine.inLineOf(now);
      if (known.compareAndSet(now, next)) {
        return next;
      }
    }
  }

  /** Returns the promise that was given last, whether it still stands or not. */
  Optional<Grant> promise() {
    KnownStatus now = known.get();
    return now == null ? Optional.empty() : now.grant();
  }

  /** Returns the last version of the data that was heard of; the least number if none was. */
  long versionKnownLast() {
    KnownStatus now = known.get();
    return now == null ? Long.MIN_VALUE : now.dataVersion();
  }

  /** Begins a use that needs the data to stay, though no name may be left. */
  void opened() {
    opens.incrementAndGet();
  }

  /** Ends such a use; returns whether it was the last. */
  boolean closed() {
    return opens.decrementAndGet() == 0;
  }

  /** Returns whether this client has it open. */
  boolean isOpen() {
    return opens.get() > 0;
  }

  /** Two replies without a break between them may still come in the wrong order. */
  private static boolean isOlder(FetchStatus status, KnownStatus than) {
    return status.dataVersion() < than.dataVersion();
  }

  /**
   * Takes note of what {@code told}, the status after this client's own store, has in common with
   * the versions before it. Returns {@code told} with that.
   */
  KnownStatus inherit(KnownStatus told, Lineage lineage) {
    KnownStatus mine = told.withLineage(lineage);
    while (true) {
      KnownStatus now = known.get();
      if (now == null
          || now.dataVersion() != told.dataVersion()
          || now.instance() != told.instance()
          || known.compareAndSet(now, now.withLineage(lineage))) {
        return mine;
      }
    }
  }

  /** Returns what was written here; made at the first write. */
  DirtyFile dirty() {
    DirtyFile now = dirty.get();
    if (now == null) {
      dirty.compareAndSet(null, new DirtyFile(this));
    }
    return requireNonNull(dirty.get());
  }

  /** Returns what was written here; null if nothing ever was. */
  @Nullable DirtyFile dirtyIfAny() {
    return dirty.get();
  }

  /** Returns the oldest known version of the data that nobody else has changed; -1 if none is. */
  long foreignVersion() {
    KnownStatus now = known.get();
    return now == null ? -1 : now.lineage().base();
  }

  /**
   * Returns the status as the caller, who has asked for it, sees it with all that was written here;
   * empty if {@code told} is older than what this client has stored: then it is to be asked anew.
   */
  Optional<FileStatus> shown(KnownStatus told, Caller caller) {
    FileStatus status = told.statusFor(caller);
    long foreign = told.lineage().base() + ((long) flushes.get() << LOSSES_SHIFT);
    DirtyFile written = dirty.get();
    if (written == null) {
      return Optional.of(
          foreign == status.foreignVersion() ? status : status.withForeignVersion(foreign));
    }
    return written.over(
        told, status.withForeignVersion(foreign + ((long) written.failures() << LOSSES_SHIFT)));
  }

  Optional<Contents> contents() {
    return Optional.ofNullable(contents);
  }

  void keep(Contents newContents) {
    contents = newContents;
  }

  /**
   * Has the data be fetched anew when they are needed again; those who cache them above see another
   * version.
   */
  void forgetContents() {
    flushes.incrementAndGet();
    contents = null;
  }

  /** Returns how the directory was looked at lately. */
  Listing listing() {
    Listing present = listing;
    if (present == null) {
      present = new Listing();
      listing = present; // two at once may each make one: only a hint gets lost
    }
    return present;
  }

  /** It was found in its directory, where the next entry is at {@code offset} or after it. */
  void foundBefore(int offset) {
    if (nextEntry != offset) {
      nextEntry = offset;
    }
  }

  /** Returns where its directory goes on after it, as a hint; 0 if nobody has looked it up. */
  int nextEntry() {
    return nextEntry;
  }

  /** Returns about how much memory the vnode takes, in bytes. */
  int weight() {
    Contents now = contents;
    return OVERHEAD_BYTES + (now == null ? 0 : now.weight());
  }

  /** Waits for whoever fetches something of this vnode; the caller must {@link #unlock}. */
  void lock(Request request, Lifetime lifetime) throws AfsException {
    try {
      long leftNanos = request.remaining(lifetime.clock().nanoTime()).toNanos();
      if (!fetching.tryLock() && !awaitLock(leftNanos)) {
        throw new AfsException.ServersUnreachable(
            "waited in vain for what another operation fetches of "
                + this
                + " from "
                + volume.volume().serversText());
      }
    } catch (InterruptedException e) {
      throw Lifetime.interrupted(e);
    }
  }

  private boolean awaitLock(long leftNanos) throws InterruptedException {
    WaitingThread.Peer before = WaitingThread.turnTo(volume.volume());
    try {
      WaitingThread.tell();
      return fetching.tryLock(leftNanos, TimeUnit.NANOSECONDS);
    } finally {
      WaitingThread.turnTo(before);
    }
  }

  void unlock() {
    fetching.unlock();
  }

  @Override
  public String toString() {
    return "fid " + fid();
  }
}
