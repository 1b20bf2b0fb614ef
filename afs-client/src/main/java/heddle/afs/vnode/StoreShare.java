package heddle.afs.vnode;

import heddle.afs.cache.DirtyMemory;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one server may have of memory and threads, and what waits for a thread. One that does not
 * answer keeps nobody from storing elsewhere. Thread-safe.
 */
final class StoreShare {
  private static final int IN_BACKGROUND = 4; // at once
  private static final int AT_END = 16;

  private final DirtyMemory.Account account = new DirtyMemory.Account();
  private final Semaphore stores = new Semaphore(IN_BACKGROUND);
  private final Semaphore atEnd = new Semaphore(AT_END);
  private final ReentrantLock lock = new ReentrantLock(); // guards soon
  private final Set<DirtyFile> soon = new LinkedHashSet<>();
  private final AtomicBoolean refusal = new AtomicBoolean();

  /** Returns what the memory of its files is counted on. */
  DirtyMemory.Account account() {
    return account;
  }

  /** Returns the threads that may store in the background. */
  Semaphore stores() {
    return stores;
  }

  /** Returns the threads that may store when the client ends. */
  Semaphore atEnd() {
    return atEnd;
  }

  /** The file is to be stored as soon as that is possible. */
  void add(DirtyFile file) {
    lock.lock();
    try {
      soon.add(file);
    } finally {
      lock.unlock();
    }
  }

  /** The same for one for which there was no thread. */
  void refused(DirtyFile file) {
    add(file);
    refusal.set(true);
  }

  /**
   * Returns whether there was no thread for a file since the last time. Whoever had one for a
   * moment and did not need it has to ask: he may have been why.
   */
  boolean takeRefusal() {
    return refusal.get() && refusal.compareAndSet(true, false);
  }

  /** Returns how many files are to be stored. */
  int size() {
    lock.lock();
    try {
      return soon.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the one that has waited for longest; null if there is none. */
  @Nullable DirtyFile poll() {
    lock.lock();
    try {
      var all = soon.iterator();
      if (!all.hasNext()) {
        return null;
      }
      DirtyFile next = all.next();
      all.remove();
      return next;
    } finally {
      lock.unlock();
    }
  }
}
