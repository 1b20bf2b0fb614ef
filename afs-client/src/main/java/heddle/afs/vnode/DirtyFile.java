package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.FileStatus;
import heddle.afs.UnstoredData;
import heddle.afs.UnstoredWrites;
import heddle.afs.auth.Caller;
import heddle.afs.cache.ByteRange;
import heddle.afs.cache.DirtyMemory;
import heddle.afs.cache.StorePiece;
import heddle.afs.cache.WriteBuffer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was written to one file here and is not on its server yet, and what became of stores that
 * failed. Thread-safe; nothing here blocks for long.
 *
 * <p>One store of a file is under way at a time: whoever {@link #begin}s it. All data that wait are
 * of one writer; another one has to have them stored first.
 */
final class DirtyFile {
  private static final long LONG_BYTES = 4L << 20;
  private static final long MAX_BYTES = 16L << 20;
  private static final long MIN_BYTES = 1L << 20;
  private static final long QUICK_NANOS = TimeUnit.SECONDS.toNanos(2); // of one store
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ReentrantLock lock = new ReentrantLock(); // guards all below
  private final Vnode vnode;
  private final WriteBuffer buffer = new WriteBuffer();
  private @Nullable Holder writer; // of what is in the buffer
  private @Nullable Holder storedBy; // who wrote what was stored last
  private Instant modified = Instant.EPOCH; // of what is in the buffer
  private @Nullable Holder next; // who waits to write as soon as another's data are stored
  private @Nullable StoreTurn underWay;
  private long writtenOver = -1; // version of others, when the first of what waits was written
  private long storedVersion = Long.MIN_VALUE; // the oldest that has all that was ever stored
  private int storedInstance;
  private boolean unsynced;
  private @Nullable AfsException delay;
  private long delayedSinceNanos; // if there is a delay
  private final Losses losses = new Losses();
  private long firstNanos; // when the oldest of the waiting data were written
  private long pieceBytes = MAX_BYTES / 2;
  private volatile DirtyMemory.@Nullable Account account;

  DirtyFile(Vnode vnode) {
    this.vnode = vnode;
  }

  Vnode vnode() {
    return vnode;
  }

  /** Returns whether so many bytes are worth a store though more are coming. */
  static boolean isLong(long bytes) {
    return bytes >= LONG_BYTES;
  }

  /** Returns what the memory is counted on: what {@code first} says the first time. */
  DirtyMemory.Account account(Supplier<DirtyMemory.Account> first) {
    DirtyMemory.Account now = account;
    if (now != null) {
      return now;
    }
    lock.lock();
    try {
      DirtyMemory.Account chosen = account == null ? first.get() : account;
      account = chosen;
      return chosen;
    } finally {
      lock.unlock();
    }
  }

  /** What has to be so at the moment of a change, whatever was so when it began. */
  @FunctionalInterface
  interface Condition {
    /** Does not block, and takes no locks. */
    void require() throws AfsException;
  }

  /** Who makes a change, when, and on which condition. */
  record Change(Holder writer, Condition condition, Instant modified, long nowNanos) {}

  /**
   * What became of a change.
   *
   * @param done false if another writer's data have to be stored first
   * @param memoryGrowth bytes
   * @param together how many bytes wait to be stored in one piece
   */
  record Outcome(boolean done, long memoryGrowth, long together) {
    static final Outcome OTHERS_FIRST = new Outcome(false, 0, 0);
  }

  Outcome write(ByteBuffer source, long offset, Change change) throws AfsException {
    return apply(change, () -> buffer.write(source, offset));
  }

  Outcome truncate(long length, Change change) throws AfsException {
    return apply(
        change,
        () -> {
          buffer.truncate(length);
          return 0;
        });
  }

  /**
   * Changes the buffer, unless that has to wait for another writer's data.
   *
   * @param body returns how many bytes wait to be stored in one piece
   */
  private Outcome apply(Change change, LongSupplier body) throws AfsException {
    lock.lock();
    try {
      change.condition().require();
      if (mustWait(change.writer())) {
        return Outcome.OTHERS_FIRST;
      }
      long before = buffer.heldBytes();
      note(change);
      long together = body.getAsLong();
      return new Outcome(true, buffer.heldBytes() - before, together);
    } finally {
      lock.unlock();
    }
  }

  /** Whoever comes while another's data wait is next: the other one does not go on before. */
  private boolean mustWait(Holder who) {
    boolean others = isOthers(who);
    if (others) {
      next = who;
    } else if (buffer.isClean()) {
      next = null;
    }
    return others || (next != null && !next.equals(who));
  }

  private boolean isOthers(Holder who) {
    return !buffer.isClean() && !who.equals(writer);
  }

  /**
   * Has data that wait be stored with {@code time}; returns false if none wait that {@code who}
   * wrote.
   */
  boolean date(Instant time, Caller who) {
    lock.lock();
    try {
      if (writer == null || !buffer.hasChanges() || !writer.now().equals(who)) {
        return false;
      }
      modified = time;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void note(Change change) {
    if (buffer.isClean()) {
      writtenOver = vnode.foreignVersion();
    }
    if (!buffer.hasChanges()) {
      firstNanos = change.nowNanos();
    }
    writer = change.writer();
    modified = change.modified();
  }

  /**
   * Copies what was written to {@code target}, and adds the ranges that have to come from the
   * server's file as {@code known} describes it to {@code gaps}. Returns the number of bytes that
   * there are to read, less than asked for at the end of the file; empty if {@code known} is older
   * than what was stored.
   */
  Optional<Integer> read(KnownStatus known, ByteBuffer target, long offset, List<ByteRange> gaps) {
    lock.lock();
    try {
      if (isOutOfDate(known)) {
        return Optional.empty();
      }
      long base = known.status().length();
      int count = (int) Math.min(target.remaining(), Math.max(0, buffer.length(base) - offset));
      if (count > 0) {
        ByteBuffer window = target.slice(target.position(), count);
        List<ByteRange> found = new ArrayList<>();
        buffer.read(new ByteRange(offset, offset + count), window, base, found::add);
        gaps.addAll(found);
      }
      return Optional.of(count);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns {@code status} as it is with what was written; empty if {@code known}, which it is of,
   * is older than what was stored.
   */
  Optional<FileStatus> over(KnownStatus known, FileStatus status) {
    lock.lock();
    try {
      if (isOutOfDate(known)) {
        return Optional.empty();
      }
      if (buffer.isClean()) {
        return Optional.of(status);
      }
      return Optional.of(status.withData(buffer.length(status.length()), modified));
    } finally {
      lock.unlock();
    }
  }

  /** The server has an older version than was stored: the volume was restored. */
  void forgetStored() {
    lock.lock();
    try {
      storedVersion = Long.MIN_VALUE;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOutOfDate(KnownStatus known) {
    return known.instance() == storedInstance && known.dataVersion() < storedVersion;
  }

  /** Returns who wrote what waits or is under way. */
  Optional<Holder> writer() {
    lock.lock();
    try {
      return buffer.isClean() ? Optional.empty() : Optional.ofNullable(writer);
    } finally {
      lock.unlock();
    }
  }

  /** Returns what is left of the data. */
  Optional<UnstoredData> unstored() {
    lock.lock();
    try {
      return buffer.isClean() ? Optional.empty() : Optional.of(unstored(buffer.changes()));
    } finally {
      lock.unlock();
    }
  }

  private UnstoredData unstored(WriteBuffer.Changes changes) {
    AfsException why = delay;
    String reason = why == null ? "there was no time" : String.valueOf(why.getMessage());
    return new UnstoredData(vnode.fid(), changes.bytes(), reason);
  }

  /**
   * Shows what is left of the data to {@code action}, if anything is. Nothing else happens to them
   * meanwhile; the argument is of no use afterwards.
   */
  void showUnstored(Consumer<UnstoredWrites> action) {
    lock.lock();
    try {
      Holder who = writer;
      if (!buffer.isClean() && who != null) {
        WriteBuffer.Changes changes = buffer.changes();
        long version =
            vnode.foreignVersion() == writtenOver
                ? Math.max(vnode.versionKnownLast(), storedVersion)
                : UnstoredWrites.UNKNOWN_VERSION; // others have changed it meanwhile
        action.accept(
            new WritesLeft(
                unstored(changes),
                changes,
                Math.max(version, UnstoredWrites.UNKNOWN_VERSION),
                modified,
                who,
                buffer));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the turn has more to take. */
  boolean hasMarked() {
    lock.lock();
    try {
      return buffer.hasMarked();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether something was stored that need not be on the server's disk. */
  boolean isUnsynced() {
    lock.lock();
    try {
      return unsynced;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether what was taken is still to be stored: it may have been given up. */
  boolean isStoring() {
    lock.lock();
    try {
      return buffer.isStoring();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether anything is not on the server. */
  boolean isDirty() {
    lock.lock();
    try {
      return !buffer.isClean();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether data wait that no store has taken, and since when at the latest. */
  boolean hasWaitedSince(long nanos) {
    lock.lock();
    try {
      return underWay == null && buffer.hasChanges() && firstNanos - nanos <= 0;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a store of the file is under way. */
  boolean isBeingStored() {
    lock.lock();
    try {
      return underWay != null;
    } finally {
      lock.unlock();
    }
  }

  /** How the stores of a file may go on. */
  sealed interface Turn {
    /** Another store is under way. */
    record Wait(StoreTurn other) implements Turn {}

    /** It is the caller's: {@link #take} what is to be stored, {@link #end} in any case. */
    record Yours(StoreTurn turn) implements Turn {}

    /** Nothing is to be stored. */
    enum Nothing implements Turn {
      NOTHING
    }
  }

  /**
   * Asks to store what waits now. It is a turn of whoever wrote it; if there is nothing but to make
   * stored data durable, of whoever wrote those: the asker may have no right to.
   *
   * @param durability where data have to be
   */
  Turn begin(StoreTurn.Amount amount, Durability durability) {
    lock.lock();
    try {
      StoreTurn other = underWay;
      if (other != null) {
        if (amount == StoreTurn.Amount.ALL) {
          other.await();
        }
        return new Turn.Wait(other);
      }
      boolean sync = durability == Durability.ON_DISK && unsynced;
      Holder storer = buffer.hasChanges() ? writer : sync ? storedBy : null;
      if (storer == null) {
        return Turn.Nothing.NOTHING;
      }
      if (amount == StoreTurn.Amount.ALL) {
        buffer.mark();
      }
      StoreTurn turn = new StoreTurn(storer, amount, durability);
      underWay = turn;
      return new Turn.Yours(turn);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes something to store over a file of {@code base} bytes; empty if there is nothing more for
   * {@code turn}: also if another writes since it began.
   */
  Optional<StorePiece> take(StoreTurn turn, long base) {
    lock.lock();
    try {
      if (isOthers(turn.writer())) {
        return Optional.empty();
      }
      return switch (turn.amount()) {
        case ALL -> buffer.takeMarked(pieceBytes, base);
        case LONG ->
            turn.isAwaited() ? Optional.empty() : buffer.takeLong(LONG_BYTES, pieceBytes, base);
      };
    } finally {
      lock.unlock();
    }
  }

  /** A store has taken that long: the next one is made larger or smaller. */
  void tookNanos(long nanos) {
    lock.lock();
    try {
      if (nanos < QUICK_NANOS) {
        pieceBytes = Math.min(MAX_BYTES, 2 * pieceBytes);
      } else if (nanos > SLOW_NANOS) {
        pieceBytes = Math.max(MIN_BYTES, pieceBytes / 2);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the time that the data now being stored were written. */
  Instant modified() {
    lock.lock();
    try {
      return modified;
    } finally {
      lock.unlock();
    }
  }

  /** What was taken is part of that version of the file; returns the memory set free, in bytes. */
  long stored(KnownStatus known, Durability durability) {
    lock.lock();
    try {
      long before = buffer.heldBytes();
      if (buffer.isStoring()) {
        buffer.stored();
        storedBy = writer;
      }
      storedVersion = known.dataVersion();
      storedInstance = known.instance();
      unsynced = durability != Durability.ON_DISK;
      delay = null;
      return before - buffer.heldBytes();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What {@code storer} took, or was to take, may not be on the server; it is kept. Returns how
   * memory grew, in bytes.
   */
  long delayed(AfsException cause, Holder storer, long nowNanos) {
    lock.lock();
    try {
      long before = buffer.heldBytes();
      if (!takeBack(storer)) {
        return 0;
      }
      if (delay == null) {
        delayedSinceNanos = nowNanos;
      }
      delay = cause;
      pieceBytes = Math.max(MIN_BYTES, pieceBytes / 4);
      return buffer.heldBytes() - before;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The server will never take what {@code storer} wrote: all that is given up, but nothing of
   * anybody else. Returns the memory set free, in bytes.
   */
  long lost(AfsException cause, Holder storer) {
    lock.lock();
    try {
      long before = buffer.heldBytes();
      if (!takeBack(storer)) {
        return 0;
      }
      buffer.drop();
      delay = null;
      losses.add(storer, cause);
      return before - buffer.heldBytes();
    } finally {
      lock.unlock();
    }
  }

  /** The same for whoever wrote what waits. */
  long lost(AfsException cause) {
    lock.lock();
    try {
      return writer == null ? 0 : lost(cause, writer);
    } finally {
      lock.unlock();
    }
  }

  /** What is under way waits again; returns false if there is nothing of {@code storer}. */
  private boolean takeBack(Holder storer) {
    if (buffer.isClean() || isOthers(storer)) {
      return false;
    }
    if (buffer.isStoring()) {
      buffer.failed();
    }
    return true;
  }

  /** Nobody needs the data any more. Returns the memory set free, in bytes. */
  long discard() {
    lock.lock();
    try {
      long before = buffer.heldBytes();
      if (underWay == null) {
        buffer.drop();
      }
      return before - buffer.heldBytes();
    } finally {
      lock.unlock();
    }
  }

  /** The turn that was begun is over. */
  void end(boolean success) {
    lock.lock();
    try {
      StoreTurn turn = underWay;
      underWay = null;
      if (turn != null) {
        turn.end(success);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns why the last store has not succeeded, if it is to be tried again. */
  Optional<AfsException> delay() {
    lock.lock();
    try {
      return Optional.ofNullable(delay);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns whether stores have failed for {@code patience} because of the writer's token: whoever
   * does not care for it for that long leaves no memory to others.
   */
  boolean lacksToken(Duration patience, long nowNanos) {
    lock.lock();
    try {
      return (delay instanceof AfsException.TokenExpired
              || delay instanceof AfsException.TokenRejected)
          && nowNanos - delayedSinceNanos >= patience.toNanos();
    } finally {
      lock.unlock();
    }
  }

  /** Returns how often data were given up. */
  int failures() {
    lock.lock();
    try {
      return losses.count();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns why data of {@code holder} were given up last, if that happened after data of the file
   * had been given up {@code seen} times.
   */
  Optional<AfsException> failureAfter(int seen, Holder holder) {
    lock.lock();
    try {
      return losses.after(seen, holder);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "written data of " + vnode;
  }
}
