package heddle.fuse;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that take the kernel's requests and work on them. An operation blocks its thread for
 * as long as it takes; so that it never blocks the mount, whoever takes a request first makes sure
 * that others are left to take the next ones: threads are added up to a limit, and end again when
 * too many are idle.
 *
 * <p>They are platform threads: native code is at both ends of their stacks. They are daemons: a
 * process that ends does not wait for them.
 */
final class LoopThreads {
  /** What one thread works with; used by that thread only. */
  interface Worker {
    /** Waits for a request; false when there will be none any more. */
    boolean receive();

    /** Returns the kind of the request that was received. */
    OperationKind kind();

    /** Answers the request that was received. */
    void process();

    /** The thread ends. */
    void leave();
  }

  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");
  private static final int MIN_IDLE = 2;
  private static final int MAX_IDLE = 10;

  private final Supplier<Worker> workers;
  private final int limit;
  private final Runnable onEnd;
  private final AtomicInteger total = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final Set<Loop> loops = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean over = new AtomicBoolean();
  private final CountDownLatch allEnded = new CountDownLatch(1);

  /**
   * @param limit greatest number of threads
   * @param onEnd called once, when there are no more requests
   */
  LoopThreads(Supplier<Worker> workers, int limit, Runnable onEnd) {
    this.workers = workers;
    this.limit = limit;
    this.onEnd = onEnd;
  }

  void start() {
    for (int i = 0; i < MIN_IDLE; i++) {
      add();
    }
  }

  /** Returns the number of threads now. */
  int total() {
    return total.get();
  }

  /** Returns the number of operations under way now. */
  int busy() {
    return busy.get();
  }

  /** Waits until every thread has left native code; false if the time is over before. */
  boolean awaitThreads(Duration patience) throws InterruptedException {
    return allEnded.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Returns for how long the oldest of these operations has been under way; zero if none is. */
  Duration oldest(OperationKind kind, long nowNanos) {
    long oldest = 0;
    for (Loop loop : loops) {
      if (loop.working && loop.kind == kind) {
        oldest = Math.max(oldest, nowNanos - loop.sinceNanos);
      }
    }
    return Duration.ofNanos(oldest);
  }

  private void add() {
    if (total.incrementAndGet() > limit) {
      total.decrementAndGet();
      return;
    }
    try {
      var loop = new Loop(workers.get());
      loops.add(loop);
      Thread.ofPlatform().daemon().name("heddle-fuse-" + lastNumber.incrementAndGet()).start(loop);
    } catch (OutOfMemoryError e) { // also when the system has no more threads
      LOG.warn("no further thread for FUSE: {}", e.getMessage());
      ended();
    }
  }

  private void ended() {
    if (total.decrementAndGet() == 0) {
      allEnded.countDown();
    }
  }

  private final class Loop implements Runnable {
    private final Worker worker;
    private volatile boolean working;
    private volatile OperationKind kind = OperationKind.OTHER;
    private volatile long sinceNanos;

    Loop(Worker worker) {
      this.worker = worker;
    }

    @Override
    public void run() {
      boolean surplus = false;
      try {
        while (!surplus && worker.receive()) {
          work();
          surplus = isSurplus();
        }
      } finally {
        loops.remove(this);
        worker.leave();
        if (!surplus) {
          if (over.compareAndSet(false, true)) {
            onEnd.run();
          }
          ended();
        }
      }
    }

    private void work() {
      sinceNanos = System.nanoTime();
      kind = worker.kind();
      working = true;
      if (total.get() - busy.incrementAndGet() < MIN_IDLE) {
        add();
      }
      try {
        worker.process();
      } catch (RuntimeException | Error e) {
        LOG.error("a request of the kernel failed; the mount goes on", e);
      } finally {
        working = false;
        busy.decrementAndGet();
      }
    }

    /** Takes this thread out of the count if enough others are idle. */
    private boolean isSurplus() {
      int now = total.get();
      return now - busy.get() > MAX_IDLE && total.compareAndSet(now, now - 1);
    }
  }
}
