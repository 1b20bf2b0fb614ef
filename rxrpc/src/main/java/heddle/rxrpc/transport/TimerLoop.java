package heddle.rxrpc.transport;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of an endpoint and the one thread that waits for them.
 *
 * <p>A time-out is queued at most once. It is moved only to an earlier deadline; a later one is
 * found out when it fires, so that a call which goes well costs one insertion and one removal.
 */
final class TimerLoop {
  private static final Logger LOG = LoggerFactory.getLogger(TimerLoop.class);
  private static final long NEVER = Long.MAX_VALUE;

  private final ReentrantLock lock = new ReentrantLock(); // leaf: nothing is called under it
  private final Timeout.DeadlineHeap heap = new Timeout.DeadlineHeap();
  private final NanoClock clock;
  private final LongAdder faults = new LongAdder();
  private volatile boolean stopped;
  private volatile long wakeAtNanos = NEVER; // when the thread looks again by itself
  private volatile @Nullable Thread thread;

  TimerLoop(NanoClock clock) {
    this.clock = clock;
  }

  /** Sees to it that {@code timeout} fires no later than {@code deadlineNanos}. */
  @SuppressWarnings("ReferenceEquality") // a time-out is equal to itself only
  void schedule(Timeout timeout, long deadlineNanos) {
    boolean wake;
    lock.lock();
    try {
      if (stopped || (timeout.heapIndex >= 0 && timeout.deadlineNanos - deadlineNanos <= 0)) {
        return;
      }
      heap.remove(timeout);
      timeout.deadlineNanos = deadlineNanos;
      heap.add(timeout);
      wake = heap.first() == timeout && (wakeAtNanos == NEVER || deadlineNanos - wakeAtNanos < 0);
    } finally {
      lock.unlock();
    }
    if (wake) {
      LockSupport.unpark(thread);
    }
  }

  /** Forgets {@code timeout}; it may be firing at this moment. */
  void cancel(Timeout timeout) {
    lock.lock();
    try {
      heap.remove(timeout);
    } finally {
      lock.unlock();
    }
  }

  void start(String name) {
    Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /** Fires what comes due until the loop is stopped. */
  void run() {
    thread = Thread.currentThread(); // published before it looks for the first time
    while (!stopped) {
      long nextNanos = fireDue();
      if (nextNanos == NEVER) {
        LockSupport.park(this);
      } else {
        long wait = nextNanos - clock.nanoTime();
        if (wait > 0) {
          LockSupport.parkNanos(this, wait);
        }
      }
    }
  }

  /** Fires what is due; returns the next deadline, or {@link Long#MAX_VALUE}. */
  long fireDue() {
    while (true) {
      Timeout due;
      long nowNanos = clock.nanoTime();
      lock.lock();
      try {
        Timeout first = heap.first();
        if (first == null || first.deadlineNanos - nowNanos > 0) {
          wakeAtNanos = first == null ? NEVER : first.deadlineNanos;
          return wakeAtNanos;
        }
        due = first;
        heap.remove(due);
      } finally {
        lock.unlock();
      }
      fire(due, nowNanos);
    }
  }

  private void fire(Timeout due, long nowNanos) {
    try {
      due.onTimeout(nowNanos);
    } catch (RuntimeException | Error e) {
      faults.increment();
      LOG.error("a time-out failed; the timer goes on", e); // one call's fault must not stop all
    }
  }

  /** Returns how many exceptions had to be caught; each is a bug. */
  long faults() {
    return faults.sum();
  }

  int size() {
    lock.lock();
    try {
      return heap.size();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets all time-outs, and takes no further ones; one may be firing at this moment. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      heap.clear();
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(thread);
  }
}
