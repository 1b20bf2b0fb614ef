package heddle.rxrpc.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A lock whose holders never wait for those who only look.
 *
 * <p>Each section has two numbers, an odd one while it lasts and the next even one after it. Who
 * looks reads without the lock, and reads again if a section began or went on meanwhile (a
 * "sequence lock"). So a row that is torn is never given out, however many look.
 */
final class CoreLock {
  private static final int SPINS = 100;
  private static final long NAP_NANOS = 20_000;
  private static final VarHandle VERSION;

  static {
    try {
      VERSION = MethodHandles.lookup().findVarHandle(CoreLock.class, "version", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();

  @SuppressWarnings("UnusedVariable") // by VarHandle
  private int version; // odd while somebody has the lock

  /** Begins a section. Not reentrant. */
  void lock() {
    lock.lock();
    assert lock.getHoldCount() == 1 : "a section within a section";
    VERSION.setOpaque(this, (int) VERSION.getOpaque(this) + 1);
    VarHandle.storeStoreFence(); // nothing of the section before its number
  }

  /** Ends a section. */
  void unlock() {
    VERSION.setRelease(this, (int) VERSION.getOpaque(this) + 1);
    lock.unlock();
  }

  boolean isHeldByCurrentThread() {
    return lock.isHeldByCurrentThread();
  }

  /**
   * Returns what {@code look} sees between two sections. It may be run several times, and may fail
   * over what it sees in the middle of one. Holds no lock; waits for a section to end, and makes
   * nobody wait.
   */
  <T> T glance(Supplier<T> look) {
    if (lock.isHeldByCurrentThread()) {
      return look.get();
    }
    int tries = 0;
    while (true) {
      int before = (int) VERSION.getAcquire(this);
      if ((before & 1) == 0) {
        try {
          T seen = look.get();
          VarHandle.loadLoadFence(); // all of it before the number is looked at again
          if ((int) VERSION.getOpaque(this) == before) {
            return seen;
          }
        } catch (RuntimeException e) {
          if ((int) VERSION.getAcquire(this) == before) {
            throw e; // it is not because of a section
          }
        }
      }
      pause(tries++);
    }
  }

  /** Whoever is in a section may have to be given the processor before it can go on. */
  private void pause(int tries) {
    if (tries < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(this, NAP_NANOS);
    }
  }
}
