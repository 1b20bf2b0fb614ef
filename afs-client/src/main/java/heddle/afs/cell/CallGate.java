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
  private int inside;
  private long openings; // counts how often all were let go
  private long run; // of the server: counts how often it ended

  /**
   * Returns the number of the run that the server is in; calls of one that has ended do not pass.
   */
  long run() {
    lock.lock();
    try {
      return run;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits as long as a call is to be held up; who returns from here must {@link #leave}.
   *
   * @param callRun run that the call has come in
   * @throws ServiceCall.Abort if the call is not to be served at all, or the server was killed
   * @throws IOException if the cell is being closed
   */
  void pass(long callRun) throws IOException {
    lock.lock();
    waiting++;
    try {
      long openingsBefore = openings;
      boolean dropped = toDrop > 0;
      if (dropped) {
        toDrop--;
      }
      long left = dropped ? Long.MAX_VALUE : delayNanos;
      while (left > 0 && openings == openingsBefore && run == callRun) {
        left = changed.awaitNanos(left);
      }
      if (dropped || run != callRun) {
        throw new ServiceCall.Abort(AfsErrorCode.VRESTARTING);
      }
      inside++;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  /** A call that has passed is done. */
  void leave() {
    lock.lock();
    try {
      inside--;
      changed.signalAll();
    } finally {
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

  /** Ends a run: nothing is done for the calls of it that wait, or come late. */
  void endRun() {
    lock.lock();
    try {
      run++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when the calls that have passed are done. */
  void awaitEmpty() {
    lock.lock();
    try {
      while (inside > 0) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
