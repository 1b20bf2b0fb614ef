package heddle.fuse;

import heddle.rxrpc.thread.WaitingThread;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that take the kernel's requests and work on them. One of them, the <i>leader</i>,
 * waits for requests. What can be answered at once it answers itself and stays leader, so that a
 * program that asks one thing after the other always meets a thread that runs. An operation that
 * takes long blocks its thread for as long; so that it never blocks the mount, the leader gives the
 * lead to another before it waits for a server. What it waits for otherwise (a disk, a processor)
 * nobody announces: there the <i>watch</i> takes the lead from it when it finds it at work for
 * longer than a moment. Threads are added up to a limit, and end again when too many are idle.
 *
 * <p>A thread that the lead is taken from just when it is done may take one more request; that only
 * means two that wait for the kernel. Who takes the lead from one and gives it to another holds a
 * lock until it is done: an idle thread takes a lead that is free without it, but nobody takes it
 * from there meanwhile.
 *
 * <p>They are platform threads: native code is at both ends of their stacks. They are daemons: a
 * process that ends does not wait for them.
 */
@SuppressWarnings("ReferenceEquality") // a thread is equal to itself only
final class LoopThreads {
  /** What one thread works with; used by that thread only. */
  interface Worker {
    /** Returns at once whether {@link #receive} would. */
    boolean isThere();

    /** Waits for a request; false when there will be none any more. */
    boolean receive();

    /** Returns the kind of the request that was received. */
    OperationKind kind();

    /** Answers the request that was received. */
    void process();

    /**
     * Has the wait end of what another thread processes with this, if {@code condition} is so; it
     * cannot begin with another request meanwhile. Returns whether it was.
     */
    boolean giveUp(BooleanSupplier condition);

    /** The thread ends. */
    void leave();
  }

  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");
  private static final int MAX_IDLE = 10;
  private static final long MOMENT_NANOS = 1_000_000; // for which a leader may work
  private static final long AWAKE_NANOS = 5_000_000; // of the watch, after the last request
  private static final long RETRY_NANOS = 1_000_000; // when there was no thread to be had
  private static final long EXPECT_NANOS = 50_000; // the next request after an answer

  private final Supplier<Worker> workers;
  private final int limit;
  private final Runnable onEnd;
  private final Expectation expectation =
      new Expectation(System::nanoTime, EXPECT_NANOS, Runtime.getRuntime().availableProcessors());
  private final ReentrantLock handing = new ReentrantLock();
  private final AtomicReference<@Nullable Loop> leader = new AtomicReference<>();
  private final ConcurrentLinkedDeque<Loop> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger idleCount = new AtomicInteger(); // or about to be idle
  private final AtomicInteger starting = new AtomicInteger(); // and will lead if nobody does
  private final AtomicInteger total = new AtomicInteger();
  private final AtomicInteger alive = new AtomicInteger(); // and the watch, which may add others
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final Set<Loop> loops = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean over = new AtomicBoolean();
  private final CountDownLatch allEnded = new CountDownLatch(1);
  private final Thread watch =
      Thread.ofPlatform().daemon().name("heddle-fuse-watch").unstarted(this::watch);
  private final LongAdder requests = new LongAdder();
  private volatile boolean watchSleeps;
  private volatile long receivedNanos = System.nanoTime(); // the last request

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
    alive.incrementAndGet();
    watch.start();
    add();
  }

  /** Returns the number of threads now. */
  int total() {
    return total.get();
  }

  /** Returns the number of requests so far. */
  long requests() {
    return requests.sum();
  }

  /** Returns the number of operations under way now. */
  int busy() {
    return busy.get();
  }

  /** Waits until every thread has left native code; false if the time is over before. */
  boolean awaitThreads(Duration patience) throws InterruptedException {
    return allEnded.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Returns whether that thread is the one that waits for requests, or would; for tests. */
  boolean isLedBy(Thread thread) {
    Loop now = leader.get();
    return now != null && now.thread == thread;
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

  /** Takes the lead from one that will be at work for long, and gives it to another. */
  private void handOn(Loop from) {
    handing.lock();
    try {
      if (leader.compareAndSet(from, null)) {
        fillLead();
      }
    } finally {
      handing.unlock();
    }
  }

  /**
   * Nobody leads, and nobody is about to: there was no thread to be had, or one died. Returns
   * whether there is none now.
   */
  private boolean replaceLost() {
    handing.lock();
    try {
      if (hasNone()) {
        fillLead();
      }
      return hasNone() && idle.isEmpty();
    } finally {
      handing.unlock();
    }
  }

  private boolean hasNone() {
    return leader.get() == null && starting.get() == 0;
  }

  private boolean resign(Loop lead) {
    handing.lock();
    try {
      return leader.compareAndSet(lead, null);
    } finally {
      handing.unlock();
    }
  }

  /** Nobody leads: wakes an idle thread or adds one; at the limit who is ready first leads. */
  private void fillLead() {
    Loop next = idle.pollFirst();
    if (next == null) {
      add();
    } else if (leader.compareAndSet(null, next)) {
      idleCount.decrementAndGet();
      LockSupport.unpark(next.thread);
    } else if (leader.get() == next) { // it was faster
      idleCount.decrementAndGet();
    } else {
      idle.addFirst(next);
    }
  }

  private void add() {
    if (total.incrementAndGet() > limit) {
      total.decrementAndGet();
      return;
    }
    alive.incrementAndGet();
    starting.incrementAndGet();
    boolean runs = false;
    try {
      var loop = new Loop(workers.get());
      Thread thread = new LoopThread(loop, "heddle-fuse-" + lastNumber.incrementAndGet());
      loop.thread = thread;
      thread.start();
      runs = true;
    } catch (OutOfMemoryError e) { // also when the system has no more threads
      LOG.warn("no further thread for FUSE: {}", e.getMessage());
    } finally {
      if (!runs) {
        starting.decrementAndGet();
        ended();
      }
    }
  }

  private void ended() {
    total.decrementAndGet();
    release();
  }

  private void release() {
    if (alive.decrementAndGet() == 0) {
      allEnded.countDown();
    }
  }

  private boolean isToIdle() {
    if (idleCount.incrementAndGet() <= MAX_IDLE) {
      return true;
    }
    idleCount.decrementAndGet();
    return false;
  }

  /** Looks whether the leader works on something that takes long, while there is work at all. */
  private void watch() {
    try {
      watchLeaders();
    } finally {
      release();
    }
  }

  private void watchLeaders() {
    while (!over.get()) {
      if (System.nanoTime() - receivedNanos > AWAKE_NANOS) {
        watchSleeps = true; // then look once more: see Loop.work
        if (System.nanoTime() - receivedNanos > AWAKE_NANOS && leaderWaits()) {
          LockSupport.park(this);
        }
        watchSleeps = false;
      }
      LockSupport.parkNanos(this, MOMENT_NANOS);
      try {
        look();
      } catch (RuntimeException | Error e) {
        LOG.error("no thread could be given the lead; trying again", e);
        LockSupport.parkNanos(this, RETRY_NANOS);
      }
    }
  }

  private void look() {
    Loop now = leader.get();
    if (now == null) {
      if (starting.get() == 0) {
        if (replaceLost()) {
          relieve();
        }
        LockSupport.parkNanos(this, RETRY_NANOS);
      }
    } else if (now.working && System.nanoTime() - now.sinceNanos >= MOMENT_NANOS) {
      handOn(now);
    }
  }

  /**
   * All threads that there may be are taken, by the limit or by what the system gives. Ends what
   * waits for peers that are silent, the latest first, until half of the threads are free, or will
   * be.
   */
  private void relieve() {
    List<Waiting> atWork =
        loops.stream()
            .filter(loop -> loop.working && !loop.givenUp)
            .map(loop -> new Waiting(loop, loop.sinceNanos))
            .toList();
    int all = total.get();
    long nowNanos = System.nanoTime();
    long ended =
        atWork.stream()
            .filter(waiting -> waiting.loop().waitsInVain())
            .sorted(Comparator.comparingLong(waiting -> nowNanos - waiting.sinceNanos()))
            .limit(Math.max(0, atWork.size() - all / 2))
            .filter(waiting -> waiting.loop().giveUp(waiting.sinceNanos()))
            .count();
    if (ended > 0) {
      LOG.warn(
          "all {} threads were taken: {} operations that waited for servers which do not answer"
              + " end with ETIMEDOUT",
          all,
          ended);
    }
  }

  private boolean leaderWaits() {
    Loop now = leader.get();
    return now != null && !now.working;
  }

  private void end() {
    if (over.compareAndSet(false, true)) {
      LockSupport.unpark(watch);
      onEnd.run();
    }
    for (Loop loop : loops) {
      LockSupport.unpark(loop.thread);
    }
  }

  private record Waiting(Loop loop, long sinceNanos) {}

  private final class LoopThread extends Thread implements WaitingThread {
    private final Loop loop;

    LoopThread(Loop loop, String name) {
      super(loop, name);
      setDaemon(true);
      this.loop = loop;
    }

    @Override
    public void goesToWait() {
      try {
        handOn(loop);
      } catch (RuntimeException e) {
        LOG.error("no thread could be given the lead; the watch will try again", e);
      }
    }

    @Override
    public Peer turnsTo(Peer peer) {
      Peer before = loop.peer;
      loop.peer = peer;
      return before;
    }
  }

  private final class Loop implements Runnable {
    private final Worker worker;
    private @Nullable Thread thread; // set before it starts
    private boolean started; // of this thread
    private volatile boolean working;
    private volatile OperationKind kind = OperationKind.OTHER;
    private volatile long sinceNanos;
    private volatile WaitingThread.Peer peer = WaitingThread.Peer.NONE; // that is waited for
    private volatile boolean givenUp; // the request

    Loop(Worker worker) {
      this.worker = worker;
    }

    @Override
    public void run() {
      loops.add(this);
      try {
        while (awaitLead()) {
          if (!worker.receive()) {
            end();
            break;
          }
          work();
        }
      } finally {
        hasStarted();
        if (resign(this)) {
          LockSupport.unpark(watch); // finds another, if there is anything left to lead
        }
        loops.remove(this);
        worker.leave();
        ended();
      }
    }

    /** Returns whether what is worked on waits for somebody who does not answer. */
    boolean waitsInVain() {
      return peer.isSilent();
    }

    /** Ends what waits in vain since that time; returns whether it still did. */
    boolean giveUp(long waitsSinceNanos) {
      return worker.giveUp(
          () -> {
            boolean so = sinceNanos == waitsSinceNanos && waitsInVain();
            givenUp |= so;
            return so;
          });
    }

    private void hasStarted() {
      if (!started) {
        started = true;
        starting.decrementAndGet();
      }
    }

    /** Waits until this thread leads; false if it is to end. */
    private boolean awaitLead() {
      if (leader.get() == this) {
        expectation.await(worker); // mostly the program that got our answer goes on
        return !over.get();
      }
      if (!isToIdle()) {
        return false;
      }
      idle.addFirst(this);
      if (leader.compareAndSet(null, this) && idle.remove(this)) { // none was idle before
        idleCount.decrementAndGet();
      }
      hasStarted();
      while (leader.get() != this && !over.get()) {
        LockSupport.park(LoopThreads.this);
      }
      return !over.get();
    }

    private void work() {
      long nowNanos = System.nanoTime();
      receivedNanos = nowNanos;
      sinceNanos = nowNanos;
      kind = worker.kind();
      givenUp = false;
      working = true;
      busy.incrementAndGet();
      requests.increment();
      if (watchSleeps) {
        LockSupport.unpark(watch);
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
  }
}
