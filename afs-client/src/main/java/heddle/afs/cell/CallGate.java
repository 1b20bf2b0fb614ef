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
  private long openings; // counts how often all were let go
  private long ends; // and how often all ended

  /**
   * Waits as long as the call is to be held up.
   *
   * @throws ServiceCall.Abort if the call is not to be served at all, or the server was killed
   * @throws IOException if the cell is being closed
   */
  void pass() throws IOException {
    lock.lock();
    waiting++;
    try {
      long openingsBefore = openings;
      long endsBefore = ends;
      boolean dropped = toDrop > 0;
      if (dropped) {
        toDrop--;
      }
      long left = dropped ? Long.MAX_VALUE : delayNanos;
      while (left > 0 && openings == openingsBefore && ends == endsBefore) {
        left = changed.awaitNanos(left);
      }
      if (dropped || ends != endsBefore) {
        throw new ServiceCall.Abort(AfsErrorCode.VRESTARTING);
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
    lock.lock();
    try {
      delayNanos = 0;
      toDrop = 0;
      openings++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the calls that wait: nothing is done for them. */
  void endWaiting() {
    lock.lock();
    try {
      ends++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
