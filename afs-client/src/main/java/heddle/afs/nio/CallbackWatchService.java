package heddle.afs.nio;

import heddle.afs.Fid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches directories by the promises of their servers: one that is broken has the directory looked
 * at again, and what differs are the events. A thread of its own looks, at what may have changed at
 * once, and at all every few seconds, which costs nothing while promises stand and renews those
 * that have run out. Thread-safe.
 */
final class CallbackWatchService implements WatchService, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackWatchService.class);
  private static final Set<WatchEvent.Kind<?>> KINDS =
      Set.of(
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_DELETE,
          StandardWatchEventKinds.ENTRY_MODIFY);

  private final AfsFileSystem fileSystem;
  private final long lookingNanos;
  private final Map<Fid, WatchedDirectory> watched = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Signal> signalled = new LinkedBlockingQueue<>();
  private final ReentrantLock registering = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private boolean somethingToDo; // by lock
  private volatile boolean closed;
  private final Thread looker;

  /** What is in the queue of keys. */
  private sealed interface Signal {
    record Of(WatchedDirectory directory) implements Signal {}

    /** Goes from one waiting thread to the next. */
    record End() implements Signal {}
  }

  CallbackWatchService(AfsFileSystem fileSystem, long lookingNanos) {
    this.fileSystem = fileSystem;
    this.lookingNanos = Math.min(lookingNanos, Long.MAX_VALUE / 2); // it is added to a time
    this.looker = Thread.ofVirtual().name("heddle-nio-watch").unstarted(this::look);
    looker.start();
  }

  /** Begins to watch a directory, or watches it for other events. */
  WatchKey register(CellPath path, WatchEvent.Kind<?>... kinds) throws IOException {
    Set<WatchEvent.Kind<?>> wanted = new HashSet<>();
    for (WatchEvent.Kind<?> kind : kinds) {
      if (KINDS.contains(kind)) {
        wanted.add(kind);
      } else if (!kind.equals(StandardWatchEventKinds.OVERFLOW)) { // which comes unasked
        throw new UnsupportedOperationException("no such event: " + kind);
      }
    }
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("no events to watch for");
    }
    if (path.getFileSystem() != fileSystem) {
      throw new IllegalArgumentException(path + " is of another file system");
    }
    registering.lock();
    try {
      requireOpen();
      return watch(path, wanted);
    } finally {
      registering.unlock();
    }
  }

  private WatchKey watch(CellPath path, Set<WatchEvent.Kind<?>> wanted) throws IOException {
    WatchedDirectory added = new WatchedDirectory(this, path, wanted);
    Fid fid = added.begin();
    WatchedDirectory before = watched.get(fid);
    if (before != null && before.isValid()) {
      before.watchFor(wanted);
      return before;
    }
    watched.put(fid, added);
    mayHaveChanged(fid); // while it was looked at
    return added;
  }

  void requireOpen() {
    if (closed) {
      throw new ClosedWatchServiceException();
    }
  }

  /** Something may have happened to a file or directory. Never blocks. */
  void mayHaveChanged(Fid fid) {
    boolean some = false;
    for (WatchedDirectory directory : watched.values()) {
      some |= directory.mayHaveChanged(fid);
    }
    if (some) {
      wakeLooker();
    }
  }

  /** Something may have happened to any of them. Never blocks. */
  void allMayHaveChanged() {
    watched.values().forEach(WatchedDirectory::mayHaveChanged);
    wakeLooker();
  }

  private void wakeLooker() {
    lock.lock();
    try {
      somethingToDo = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    try {
      long allAtNanos = System.nanoTime() + lookingNanos;
      while (!closed) {
        awaitWork(allAtNanos);
        boolean all = System.nanoTime() - allAtNanos >= 0;
        if (all) {
          allAtNanos = System.nanoTime() + lookingNanos;
        }
        for (WatchedDirectory directory : watched.values()) {
          look(directory, all);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private static void look(WatchedDirectory directory, boolean all) {
    try {
      directory.look(all);
    } catch (RuntimeException e) {
      LOG.warn("{} could not be looked at", directory.watchable(), e); // others can
    }
  }

  /** Returns when there is something to do, or when all are to be looked at. */
  private void awaitWork(long allAtNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = allAtNanos - System.nanoTime();
      while (!somethingToDo && nanos > 0) {
        nanos = work.awaitNanos(nanos);
      }
      somethingToDo = false;
    } finally {
      lock.unlock();
    }
  }

  void signal(WatchedDirectory directory) {
    signalled.add(new Signal.Of(directory));
  }

  void forget(WatchedDirectory directory) {
    watched.values().remove(directory);
  }

  @Override
  public @Nullable WatchKey poll() {
    requireOpen();
    return key(signalled.poll());
  }

  @Override
  public @Nullable WatchKey poll(long timeout, TimeUnit unit) throws InterruptedException {
    requireOpen();
    return key(signalled.poll(timeout, unit));
  }

  @Override
  public WatchKey take() throws InterruptedException {
    requireOpen();
    WatchKey key = key(signalled.take());
    if (key == null) {
      throw new AssertionError("took nothing");
    }
    return key;
  }

  private @Nullable WatchKey key(@Nullable Signal signal) {
    return switch (signal) {
      case null -> null;
      case Signal.Of of -> of.directory();
      case Signal.End end -> {
        signalled.add(end);
        throw new ClosedWatchServiceException();
      }
    };
  }

  /** Returns when nothing is looked at any more. */
  @Override
  public void close() {
    registering.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      registering.unlock();
    }
    fileSystem.watching().forget(this);
    watched.values().forEach(WatchedDirectory::cancel);
    signalled.add(new Signal.End());
    looker.interrupt();
    try {
      looker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
