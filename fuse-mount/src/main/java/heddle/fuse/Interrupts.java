package heddle.fuse;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;

/**
 * Ends the wait of an operation whose caller got a signal. The kernel says so by a request of its
 * own, which names the first one by its number and may overtake it on its way to a thread. The
 * operation's Java thread is interrupted then, and never while it works on anything else.
 * Thread-safe.
 *
 * <p>libfuse's own way, a signal to the thread, is nothing for a JVM.
 */
final class Interrupts {
  private static final int MAX_EARLY = 1000;
  private static final long NONE = 0;

  private final IntPredicate isWorthIt;
  private final Queue<Slot> slots = new ConcurrentLinkedQueue<>();
  private final Set<Long> early = ConcurrentHashMap.newKeySet();

  /**
   * @param isWorthIt decides by the caller's thread id whether its signal ends the operation
   */
  Interrupts(IntPredicate isWorthIt) {
    this.isWorthIt = isWorthIt;
  }

  /** Returns the place of the current thread, which has to give it back. */
  Slot slot() {
    var slot = new Slot(Thread.currentThread());
    slots.add(slot);
    return slot;
  }

  /** The caller of request number {@code request} got a signal. */
  void interrupt(long request) {
    if (early.size() >= MAX_EARLY) {
      early.clear(); // of requests that had ended already
    }
    early.add(request); // before looking: whoever begins it now will see this
    for (Slot slot : slots) {
      if (slot.interruptIf(request)) {
        early.remove(request);
        return;
      }
    }
  }

  /** Returns whether an interrupt of that request came before anybody worked on it; once. */
  boolean isEarly(long request) {
    return !early.isEmpty() && early.remove(request);
  }

  /** What one thread works on. */
  final class Slot {
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private long request = NONE; // guarded by lock
    private int caller; // guarded by lock

    private Slot(Thread thread) {
      this.thread = thread;
    }

    /** The thread begins to work on a request of the caller with that thread id. */
    void begin(long number, int callerThread) {
      lock.lock();
      try {
        request = number;
        caller = callerThread;
      } finally {
        lock.unlock();
      }
      if (isEarly(number)) {
        interruptIf(number);
      }
    }

    /** The thread has answered its request; an interrupt that came too late is forgotten. */
    void end() {
      lock.lock();
      try {
        request = NONE;
        Thread.interrupted();
      } finally {
        lock.unlock();
      }
    }

    /** The thread ends. */
    void giveBack() {
      slots.remove(this);
    }

    /** Interrupts what the thread works on now, unless that is no longer as it has to be. */
    boolean interruptIf(BooleanSupplier condition) {
      lock.lock();
      try {
        if (request == NONE || !condition.getAsBoolean()) {
          return false;
        }
        thread.interrupt();
        return true;
      } finally {
        lock.unlock();
      }
    }

    private boolean interruptIf(long number) {
      lock.lock();
      try {
        if (request != number) {
          return false;
        }
        if (isWorthIt.test(caller)) {
          thread.interrupt();
        }
        return true;
      } finally {
        lock.unlock();
      }
    }
  }
}
