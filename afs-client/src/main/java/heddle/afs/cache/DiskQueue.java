package heddle.afs.cache;

import heddle.afs.Fid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks on their way to the disk, and the thread that brings them there. Thread-safe.
 *
 * <p>Bounded: what comes while it is full is left out. Nobody waits for the disk, and nobody shares
 * the processor with it while chunks come in one after the other: they are written when none has
 * come for a moment, or when half of the room is taken.
 */
final class DiskQueue {
  private static final Logger LOG = LoggerFactory.getLogger(DiskQueue.class);
  private static final long MAX_BYTES = 16L << 20;
  private static final long PRESSING_BYTES = MAX_BYTES / 2;
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration ENDING = Duration.ofSeconds(2);

  /**
   * What is there is not looked through at once: the first second belongs to whoever starts to use
   * the client.
   */
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int WRITES_PER_LOOK = 8;

  private record Waiting(ChunkKey key, Chunk chunk) {}

  private final DiskCache cache;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock(); // guards all below
  private final Condition changed = lock.newCondition();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long bytes;
  private long offeredNanos; // the last one
  private boolean ended;
  private @Nullable Thread thread;
  private volatile boolean calm; // written by the thread itself once it runs

  DiskQueue(DiskCache cache, LongSupplier nanoClock) {
    this.cache = cache;
    this.nanoClock = nanoClock;
  }

  void start() {
    Thread worker = Thread.ofPlatform().daemon().name("heddle-disk-cache").unstarted(this::run);
    lock.lock();
    try {
      thread = worker;
      calm = true;
    } finally {
      lock.unlock();
    }
    worker.start();
  }

  /** Takes a chunk that the caller holds, if there is room. */
  void offer(ChunkKey key, Chunk chunk) {
    lock.lock();
    try {
      if (!ended && bytes + chunk.weight() <= MAX_BYTES) {
        if (waiting.isEmpty() || isPressing(bytes + chunk.weight())) {
          changed.signal();
        }
        chunk.hold();
        waiting.add(new Waiting(key, chunk));
        bytes += chunk.weight();
        offeredNanos = nanoClock.getAsLong();
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean isPressing(long bytes) {
    return bytes >= PRESSING_BYTES;
  }

  /** Leaves out the chunks of all such files. */
  void forget(Predicate<Fid> which) {
    lock.lock();
    try {
      List<Waiting> left = waiting.stream().filter(each -> which.test(each.key().fid())).toList();
      waiting.removeAll(left);
      left.forEach(this::dropped);
    } finally {
      lock.unlock();
    }
  }

  private void dropped(Waiting one) {
    bytes -= one.chunk().weight();
    one.chunk().letGo();
  }

  private @Nullable Waiting poll() {
    lock.lock();
    try {
      Waiting next = waiting.poll();
      if (next != null) {
        bytes -= next.chunk().weight();
      }
      return next; // and its hold
    } finally {
      lock.unlock();
    }
  }

  /** Does all that is to be done now: writes what waits, looks through what is there. */
  void work(ByteBuffer buffer) {
    boolean more = true;
    while (more) {
      more = write(WRITES_PER_LOOK, buffer);
      if (!calm) {
        more |= cache.look();
      }
    }
  }

  /** Writes at most {@code max} chunks; returns whether there were so many. */
  private boolean write(int max, ByteBuffer buffer) {
    for (int i = 0; i < max; i++) {
      Waiting next = poll();
      if (next == null) {
        return false;
      }
      try {
        cache.write(next.key(), next.chunk(), buffer);
      } finally {
        next.chunk().letGo();
      }
    }
    return true;
  }

  private void run() {
    try {
      ByteBuffer buffer = ByteBuffer.allocateDirect(ChunkFile.MAX_BYTES);
      long calmUntilNanos = nanoClock.getAsLong() + CALM_NANOS;
      while (awaitWork(calmUntilNanos)) {
        work(buffer);
      }
      write(Integer.MAX_VALUE, buffer);
    } catch (InterruptedException e) {
      end(); // nobody does that
    } catch (RuntimeException | OutOfMemoryError e) {
      cache.switchOff(new IOException("out of order", e));
    }
  }

  /** Waits until there is something to do; returns whether there will be more after that. */
  private boolean awaitWork(long calmUntilNanos) throws InterruptedException {
    lock.lock();
    try {
      long waitNanos = untilWork(calmUntilNanos);
      while (waitNanos > 0 && !ended) {
        changed.awaitNanos(waitNanos);
        waitNanos = untilWork(calmUntilNanos);
      }
      calm = calm && calmUntilNanos - nanoClock.getAsLong() > 0;
      return !ended;
    } finally {
      lock.unlock();
    }
  }

  private long untilWork(long calmUntilNanos) {
    long untilLook = calm ? calmUntilNanos - nanoClock.getAsLong() : Long.MAX_VALUE;
    return Math.min(untilLook, untilWriteNanos());
  }

  /** Returns for how long nothing has to be written if no more comes; not positive: write now. */
  long untilWriteNanos() {
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        return Long.MAX_VALUE;
      }
      return isPressing(bytes) ? 0 : offeredNanos + QUIET_NANOS - nanoClock.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  /** Leaves out all that waits, and takes nothing more. */
  void end() {
    lock.lock();
    try {
      waiting.forEach(this::dropped);
      waiting.clear();
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, and waits until what waits is written, 2 s at most. */
  void close() {
    Thread worker;
    lock.lock();
    try {
      ended = true;
      changed.signal();
      worker = thread;
    } finally {
      lock.unlock();
    }
    try {
      if (worker != null && !worker.join(ENDING)) {
        LOG.debug("the disk does not take what is left");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing goes on, only faster
    }
  }
}
