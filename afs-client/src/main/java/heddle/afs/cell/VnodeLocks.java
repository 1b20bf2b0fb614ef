package heddle.afs.cell;

import heddle.afs.rpc.LockType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The advisory locks on the files of a volume. They have no owners, lapse after {@value
 * #LEASE_SECONDS} s, and are forgotten when the server ends. Thread-safe.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, HandleLocking (behaviour).
 */
final class VnodeLocks {
  static final int LEASE_SECONDS = 5 * 60;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, Held> held = new HashMap<>(); // by lock

  /** Locks on one vnode: the number of readers, or -1, and until when. */
  private record Held(int count, long untilSeconds) {}

  /** What releasing a lock has come to. */
  enum Released {
    /** Others still have it. */
    IN_PART,
    /** Nobody has it any more. */
    WHOLLY
  }

  private Held current(int vnode, long nowSeconds) {
    Held there = held.get(vnode);
    return there == null || nowSeconds > there.untilSeconds ? new Held(0, 0) : there;
  }

  /** Returns the number of readers, or -1 for a writer. */
  int count(int vnode, long nowSeconds) {
    lock.lock();
    try {
      return current(vnode, nowSeconds).count;
    } finally {
      lock.unlock();
    }
  }

  void set(int vnode, LockType type, long nowSeconds) throws Refusal {
    lock.lock();
    try {
      int count = current(vnode, nowSeconds).count;
      boolean free =
          switch (type) {
            case READ -> count >= 0;
            case WRITE -> count == 0;
          };
      if (!free) {
        throw Refusal.of(Errno.EAGAIN);
      }
      held.put(vnode, new Held(type == LockType.READ ? count + 1 : -1, nowSeconds + LEASE_SECONDS));
    } finally {
      lock.unlock();
    }
  }

  void extend(int vnode, long nowSeconds) throws Refusal {
    lock.lock();
    try {
      Held there = held.get(vnode); // also one that has lapsed, if nobody took it since
      if (there == null) {
        throw Refusal.of(Errno.EINVAL);
      }
      held.put(vnode, new Held(there.count, nowSeconds + LEASE_SECONDS));
    } finally {
      lock.unlock();
    }
  }

  Released release(int vnode) {
    lock.lock();
    try {
      Held there = held.get(vnode);
      if (there == null || there.count <= 1) {
        held.remove(vnode);
        return Released.WHOLLY;
      }
      held.put(vnode, new Held(there.count - 1, there.untilSeconds));
      return Released.IN_PART;
    } finally {
      lock.unlock();
    }
  }

  /** The server has ended. */
  void forgetAll() {
    lock.lock();
    try {
      held.clear();
    } finally {
      lock.unlock();
    }
  }

  /** The vnode is gone. */
  void forget(int vnode) {
    lock.lock();
    try {
      held.remove(vnode);
    } finally {
      lock.unlock();
    }
  }
}
