package heddle.afs.cell;

import heddle.afs.rpc.AfsErrorCode;
import heddle.rxrpc.ServiceCall;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What every call of the file server goes through before it is served, where tests can hold it up.
 * Thread-safe.
 */
final class CallGate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long delayNanos; // by lock, as all here
  private long toDrop;
  private int waiting;
  private long life; // counts how often all were let go

  /**
   * Waits as long as the call is to be held up.
   *
   * @throws ServiceCall.Abort if the call is not to be served at all
   * @throws IOException if the cell is being closed
   */
  void pass() throws IOException {
    lock.lock();
    waiting++;
    try {
      long begun = life;
      if (toDrop > 0) {
        toDrop--;
        while (life == begun) {
          changed.await();
        }
        throw new ServiceCall.Abort(AfsErrorCode.VRESTARTING);
      }
      long left = delayNanos;
      while (left > 0 && life == begun) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  /** Returns how many calls wait. */
  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Calls that come from now on wait so long. */
  void delay(Duration each) {
    lock.lock();
    try {
      delayNanos = TimeUnit.NANOSECONDS.convert(each);
    } finally {
      lock.unlock();
    }
  }

  /** The next calls are never served. */
  void drop(long calls) {
    lock.lock();
    try {
      toDrop = calls;
    } finally {
      lock.unlock();
    }
  }

  /** Ends all that was said here, and lets go whoever waits. */
  void open() {
    delay(Duration.ZERO);
    drop(0);
    letGo();
  }

  /** Lets go whoever waits. */
  void letGo() {
    lock.lock();
    try {
      life++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
