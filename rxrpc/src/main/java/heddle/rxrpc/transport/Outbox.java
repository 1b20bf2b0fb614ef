package heddle.rxrpc.transport;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Small datagrams of several users that leave together: one system call for all, and one pass
 * through the network stack where the kernel cuts them itself.
 *
 * <p>A received batch wakes several users, and most will send something as soon as they run. So
 * what a user sends while others that were woken have not run yet is put here, and leaves when the
 * last of them has arrived. It waits for threads that can run, never for what a user does; and if
 * they do not come to run, not longer than two ticks. Thread-safe.
 */
final class Outbox extends Timeout {
  private static final long TICK_NANOS = 2_000_000;
  private static final int MOST_TAKEN = 2; // datagrams of one batch; more are worth a call

  private final LocalEndpoint endpoint;
  private final Sender sender;
  private final DatagramPort port;
  private final boolean used;
  private final AtomicInteger expected = new AtomicInteger(); // woken, and not arrived
  private final ReentrantLock lock = new ReentrantLock(); // leaf
  private @Nullable SendBatch filling; // guarded by lock
  private volatile boolean filled;
  private int flushes; // guarded by lock
  private int flushesBefore = -1; // when somebody saw to old ones; guarded by lock
  private volatile boolean armed; // it will fire, or is being scheduled

  /**
   * Creates an empty one.
   *
   * @param used false if sending together has no merit: then nothing is ever put in
   */
  Outbox(LocalEndpoint endpoint, Sender sender, DatagramPort port, boolean used) {
    this.endpoint = endpoint;
    this.sender = sender;
    this.port = port;
    this.used = used;
  }

  /** A user is being woken. */
  void expect() {
    expected.incrementAndGet();
  }

  /** A user that was woken runs. */
  void arrived() {
    if (expected.updateAndGet(before -> Math.max(0, before - 1)) == 0) {
      flush();
    }
  }

  /** Returns whether there are users that were woken and do not run yet. */
  boolean othersFollow() {
    return used && expected.get() > 0;
  }

  /** Takes over the datagrams of {@code batch}, or none of them and returns false. Never waits. */
  boolean post(SendBatch batch) {
    if (batch.count() > MOST_TAKEN) {
      return false;
    }
    if (!lock.tryLock()) {
      return false; // a user that waited here would keep others of its call from sending
    }
    try {
      SendBatch target = filling;
      if (target == null) {
        target = sender.borrowBatch();
        filling = target;
      }
      if (!target.append(batch)) {
        return false;
      }
      filled = true;
    } finally {
      lock.unlock();
    }
    if (!othersFollow()) {
      flush(); // the last one may have arrived before it could see this
    } else if (!armed) {
      armed = true;
      long tick = Math.floorDiv(endpoint.nanoTime(), TICK_NANOS) + 2;
      endpoint.timers().schedule(this, tick * TICK_NANOS);
    }
    return true;
  }

  /** Sends what is there if nothing has left since this was called last. */
  void flushOld() {
    if (!filled) {
      return;
    }
    boolean old;
    lock.lock();
    try {
      old = flushes == flushesBefore;
      flushesBefore = flushes;
    } finally {
      lock.unlock();
    }
    if (old) {
      flush();
    }
  }

  /** Sends what is there. */
  void flush() {
    if (!filled) {
      return;
    }
    SendBatch batch;
    lock.lock();
    try {
      batch = filling;
      filling = null;
      filled = false;
      flushes++;
    } finally {
      lock.unlock();
    }
    if (batch != null) {
      port.send(batch);
      batch.clear();
      sender.returnBatch(batch);
    }
  }

  @Override
  void onTimeout(long nowNanos) {
    armed = false;
    expected.set(0); // who has not come by now is not waited for
    flush();
  }
}
