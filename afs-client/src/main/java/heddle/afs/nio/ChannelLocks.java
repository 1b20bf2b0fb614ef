package heddle.afs.nio;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import java.io.IOException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The locks of all channels of a file system: in one of those none overlaps another, as the API
 * wants it; towards others the client's locks decide. Thread-safe.
 */
final class ChannelLocks {
  private static final AtomicLong NEXT_OWNER = new AtomicLong(Long.MIN_VALUE); // far from pids
  private static final int OWN_PROCESS = (int) ProcessHandle.current().pid();

  private final ReentrantLock changing = new ReentrantLock();
  private final Map<Fid, List<ChannelLock>> byFile = new HashMap<>(); // by changing

  /** A range as the API gives it; a size of 0 means to the end, however long the file becomes. */
  record Wanted(long position, long size, boolean shared) {
    Wanted {
      if (position < 0 || size < 0 || position + size < 0) {
        throw new IllegalArgumentException("no range: " + position + ", " + size);
      }
    }

    long toEnd() {
      return size == 0 ? Long.MAX_VALUE - position : size;
    }
  }

  /** Returns what locks for one channel. */
  Owner owner(FileHandle handle) {
    return new Owner(handle);
  }

  private void reserve(Fid file, ChannelLock lock) {
    changing.lock();
    try {
      List<ChannelLock> there = byFile.computeIfAbsent(file, key -> new ArrayList<>());
      if (there.stream().anyMatch(each -> each.overlaps(lock.position(), lock.size()))) {
        throw new OverlappingFileLockException();
      }
      there.add(lock);
    } finally {
      changing.unlock();
    }
  }

  private void forget(Fid file, ChannelLock lock) {
    changing.lock();
    try {
      byFile.computeIfPresent(
          file,
          (key, there) -> {
            there.remove(lock);
            return there.isEmpty() ? null : there;
          });
    } finally {
      changing.unlock();
    }
  }

  /** The locks of one channel. Thread-safe. */
  final class Owner {
    private final FileHandle handle;
    private final LockOwner owner = LockOwner.ofRanges(NEXT_OWNER.getAndIncrement());

    private Owner(FileHandle handle) {
      this.handle = handle;
    }

    /** Takes a lock; waits for those who have it. */
    void lock(ChannelLock lock) throws IOException {
      LockRequest request = request(lock);
      reserve(fid(), lock);
      take(lock, () -> handle.file().locks().lock(request));
    }

    /** Takes a lock, unless another has it; returns whether it did. */
    boolean tryLock(ChannelLock lock) throws IOException {
      LockRequest request = request(lock);
      reserve(fid(), lock);
      try {
        take(lock, () -> handle.file().locks().tryLock(request));
        return true;
      } catch (IOException e) {
        if (e.getCause() instanceof AfsException.LockHeld) {
          return false;
        }
        throw e;
      }
    }

    private void take(ChannelLock lock, Failures.Action taking) throws IOException {
      boolean granted = false;
      boolean taken = false;
      try {
        Failures.run(handle.path(), taking);
        granted = true;
        lock.taken();
        handle.requireOpen();
        taken = true;
      } finally {
        if (granted && !taken) {
          unlock(lock); // the channel was closed while it waited: nobody else would give it back
        } else if (!taken) {
          forget(fid(), lock);
        }
      }
    }

    void unlock(ChannelLock lock) throws IOException {
      try {
        Failures.run(handle.path(), () -> handle.file().locks().unlock(owner, range(lock)));
      } finally {
        forget(fid(), lock);
      }
    }

    /** The channel was closed, and with it the file, which released them. */
    void close() {
      changing.lock();
      try {
        byFile.computeIfPresent(
            fid(),
            (key, there) -> {
              there.removeIf(each -> !each.acquiredBy().isOpen());
              return there.isEmpty() ? null : there;
            });
      } finally {
        changing.unlock();
      }
    }

    private Fid fid() {
      return handle.file().fid();
    }

    private LockRequest request(ChannelLock lock) {
      if (lock.isShared() && !handle.opening().reads()) {
        throw new NonReadableChannelException();
      }
      if (!lock.isShared() && !handle.opening().writes()) {
        throw new NonWritableChannelException();
      }
      LockMode mode = lock.isShared() ? LockMode.SHARED : LockMode.EXCLUSIVE;
      return new LockRequest(owner, range(lock), mode, OWN_PROCESS);
    }

    private LockRange range(ChannelLock lock) {
      long end = lock.position() + lock.size(); // not negative
      return new LockRange(lock.position(), end == Long.MAX_VALUE ? end : end - 1);
    }
  }
}
