package heddle.afs.cache;

import heddle.afs.Fid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File data on disk, below those in memory, for this process and later ones; bounded by size.
 * Thread-safe.
 *
 * <p>What is here never decides what is current: a chunk is found by the version that a server has
 * told, and by what tells that version from others of its number ({@link ChunkKey}).
 *
 * <p>Readers read for themselves. Writing is done behind, by one thread ({@link DiskQueue}); what
 * it cannot keep up with is not kept. Which chunks there are is found out by the same thread when
 * it has time; until then whoever looks for one tries to open it.
 *
 * <p>At the first failure of the disk all this ends, with one line in the log, and the client goes
 * on without.
 */
public final class DiskCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskCache.class);

  /** Each takes some 150 bytes of memory. */
  private static final int MAX_FILES = 100_000;

  private static final int SCAN_STEP = 256; // files, some milliseconds

  private final DiskFiles files;
  private final long maxBytes;
  private final DiskQueue queue;
  private final LongAdder hits = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock(); // guards all below
  private final DiskIndex index;
  private final List<Predicate<Fid>> forgotten = new ArrayList<>(); // until all is known
  private final List<DiskScan.Found> found = new ArrayList<>(); // until all is known
  private @Nullable DiskScan scan; // by the writing thread only
  private boolean complete; // all that is on disk is known
  private int forgets;
  private @Nullable DiskSlot writing; // what is not whole yet
  private volatile boolean off;

  DiskCache(DiskFiles files, long maxBytes) {
    this.files = files;
    this.maxBytes = maxBytes;
    index = new DiskIndex(MAX_FILES, maxBytes);
    queue = new DiskQueue(this, System::nanoTime);
  }

  /**
   * Takes a directory, which is made if need be, for this client alone. What is in it is looked at
   * later.
   *
   * @param maxBytes greatest room that the files may take, about
   * @throws IOException if it cannot be used, as when somebody else uses it
   */
  public static DiskCache open(Path directory, long maxBytes) throws IOException {
    DiskCache cache = new DiskCache(DirectoryFiles.open(directory), maxBytes);
    cache.queue.start();
    return cache;
  }

  /** Does what the thread would do, for tests without one. */
  void work() {
    queue.work(ByteBuffer.allocateDirect(ChunkFile.MAX_BYTES));
  }

  private enum Whereabouts {
    HERE,
    PERHAPS,
    NOT_HERE
  }

  /** Returns the chunk if it is there, which the caller holds; blocks for the disk. */
  Optional<Chunk> find(ChunkKey key) {
    if (off || !ChunkFile.takes(key)) {
      return Optional.empty();
    }
    DiskSlot slot = DiskSlot.of(key);
    int forgetsBefore;
    Whereabouts where;
    lock.lock();
    try {
      where = whereabouts(slot);
      forgetsBefore = forgets;
    } finally {
      lock.unlock();
    }
    if (where == Whereabouts.NOT_HERE) {
      return Optional.empty();
    }
    Optional<Chunk> chunk = read(key, slot);
    if (chunk.isPresent()) {
      hits.increment();
      if (where == Whereabouts.PERHAPS) {
        found(slot, chunk.get().length(), forgetsBefore);
      }
    }
    return chunk;
  }

  private Whereabouts whereabouts(DiskSlot slot) {
    if (slot.equals(writing)) {
      return Whereabouts.NOT_HERE;
    }
    if (index.use(slot)) {
      return Whereabouts.HERE;
    }
    return complete || isForgotten(slot.fid()) ? Whereabouts.NOT_HERE : Whereabouts.PERHAPS;
  }

  private boolean isForgotten(Fid fid) {
    return forgotten.stream().anyMatch(which -> which.test(fid));
  }

  private Optional<Chunk> read(ChunkKey key, DiskSlot slot) {
    try {
      return files.read(key);
    } catch (NoSuchFileException e) {
      remove(slot); // somebody has cleaned up, or it never was there
    } catch (ChunkFile.TornException e) {
      LOG.debug("dropping {} from {}: {}", key, files, e.getMessage());
      discard(key);
    } catch (ClosedByInterruptException e) {
      LOG.debug("interrupted while reading {}", key); // the caller finds out
    } catch (IOException e) {
      switchOff(e);
    }
    return Optional.empty();
  }

  /** Drops a chunk that is not what it should be. */
  void discard(ChunkKey key) {
    DiskSlot slot = DiskSlot.of(key);
    remove(slot);
    if (!off && ChunkFile.takes(key) && !isBeingWritten(slot)) {
      delete(List.of(slot));
    }
  }

  /** A file was there that was not known yet. */
  private void found(DiskSlot slot, int length, int forgetsBefore) {
    lock.lock();
    try {
      if (forgets == forgetsBefore) {
        index.add(slot, length);
      }
    } finally {
      lock.unlock();
    }
    try {
      files.touch(slot);
    } catch (IOException e) {
      LOG.debug("touching {}", slot, e); // it seems older than it is
    }
  }

  private boolean isBeingWritten(DiskSlot slot) {
    lock.lock();
    try {
      return slot.equals(writing);
    } finally {
      lock.unlock();
    }
  }

  private void remove(DiskSlot slot) {
    lock.lock();
    try {
      index.remove(slot);
    } finally {
      lock.unlock();
    }
  }

  /** Has the chunk written some time, or not at all if too much waits; never blocks. */
  void offer(ChunkKey key, Chunk chunk) {
    if (!off && chunk.length() > 0 && ChunkFile.takes(key)) {
      queue.offer(key, chunk);
    }
  }

  /** Writes a chunk, and removes what there is no room for any more. For the writing thread. */
  void write(ChunkKey key, Chunk chunk, ByteBuffer buffer) {
    if (off) {
      return;
    }
    DiskSlot slot = DiskSlot.of(key);
    int forgetsBefore = begin(slot);
    try {
      ChunkFile.write(key, chunk, buffer);
      int length = buffer.remaining();
      files.write(slot, buffer);
      delete(added(slot, length, forgetsBefore));
    } catch (IOException e) {
      switchOff(e);
    } finally {
      end();
    }
  }

  /** The file is about to be written: nobody looks for it, or takes it for torn. */
  private int begin(DiskSlot slot) {
    lock.lock();
    try {
      writing = slot;
      return forgets;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      writing = null;
    } finally {
      lock.unlock();
    }
  }

  /** Returns what has to be deleted now that a file was written. */
  private List<DiskSlot> added(DiskSlot slot, int length, int forgetsBefore) {
    lock.lock();
    try {
      if (forgets != forgetsBefore) {
        index.remove(slot);
        return List.of(slot);
      }
      index.add(slot, length);
      return evicted();
    } finally {
      lock.unlock();
    }
  }

  private List<DiskSlot> evicted() {
    List<DiskSlot> evicted = new ArrayList<>();
    Optional<DiskSlot> next = index.evict();
    while (next.isPresent()) {
      evicted.add(next.get());
      next = index.evict();
    }
    return evicted;
  }

  private void delete(List<DiskSlot> slots) {
    try {
      for (DiskSlot slot : slots) {
        files.delete(slot);
      }
    } catch (IOException e) {
      switchOff(e);
    }
  }

  /**
   * Looks at some more of what earlier processes have left; returns whether there may be more. For
   * the writing thread.
   */
  boolean look() {
    if (off || isComplete()) {
      return false;
    }
    try {
      if (scan == null) {
        scan = files.scan();
      }
      if (scan.step(SCAN_STEP, found::add)) {
        return true;
      }
      scan.close();
    } catch (IOException e) {
      switchOff(e);
      return false;
    }
    delete(complete());
    return false;
  }

  private boolean isComplete() {
    lock.lock();
    try {
      return complete;
    } finally {
      lock.unlock();
    }
  }

  /** All files were looked at; returns which have to be deleted. */
  private List<DiskSlot> complete() {
    found.sort(Comparator.comparingLong(DiskScan.Found::usedMillis));
    lock.lock();
    try {
      List<DiskSlot> dropped = new ArrayList<>();
      found.removeIf(each -> index.use(each.slot()) || drop(each.slot(), dropped));
      index.addOlder(found);
      complete = true;
      found.clear();
      forgotten.clear();
      dropped.addAll(evicted());
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  private boolean drop(DiskSlot slot, List<DiskSlot> dropped) {
    boolean drop = isForgotten(slot.fid());
    if (drop) {
      dropped.add(slot);
    }
    return drop;
  }

  /** Drops the chunks of all such files; blocks for the disk. */
  void forget(Predicate<Fid> which) {
    queue.forget(which);
    List<DiskSlot> dropped;
    lock.lock();
    try {
      forgets++;
      dropped = index.forget(which);
      if (!complete) {
        forgotten.add(which);
      }
    } finally {
      lock.unlock();
    }
    if (!off) {
      delete(dropped);
    }
  }

  /** Ends the use of the disk, which has failed. */
  void switchOff(IOException cause) {
    lock.lock();
    try {
      if (off) {
        return;
      }
      off = true;
    } finally {
      lock.unlock();
    }
    LOG.warn(
        "the cache in {} is not used any more, file data are kept in memory only: {}",
        files,
        cause.toString());
    queue.end();
  }

  /** Returns how often a chunk was there. */
  public long hits() {
    return hits.sum();
  }

  /** Returns the room that the files take that are known. */
  public long bytes() {
    lock.lock();
    try {
      return off ? 0 : index.bytes();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the greatest room that they may take; 0 if the disk has failed. */
  public long maxBytes() {
    return off ? 0 : maxBytes;
  }

  /** Writes what waits, for 2 s at most, and lets others have the directory. */
  @Override
  public void close() {
    queue.close();
    files.close();
  }
}
