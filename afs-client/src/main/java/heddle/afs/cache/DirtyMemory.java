package heddle.afs.cache;

import heddle.afs.AfsException;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Memory of a whole client for data that are written here and not on a server yet. Who wants more
 * than there is waits until others have been stored, first come, first served. Thread-safe.
 *
 * <p>No account, which is to say no server, may have more than half: a server that takes no data
 * does not stop those who write to others.
 */
public final class DirtyMemory {
  /** Least sensible limit: two accounts with room for one write each. */
  public static final long MIN_BYTES = 1 << 20;

  private static final int SHARE_OF_ACCOUNT = 2;

  private final ReentrantLock lock = new ReentrantLock(); // guards all below, also of accounts
  private final Queue<Waiter> waiters = new ArrayDeque<>();
  private final long maxBytes;
  private final Lifetime lifetime;
  private long used;

  /** What one server's files have of the memory. */
  public static final class Account {
    private long used;

    /** Creates one that has nothing. */
    public Account() {}
  }

  private record Waiter(Account account, long bytes, CountDownLatch served) {}

  /**
   * Creates one of which nothing is used.
   *
   * @param maxBytes limit; {@link #MIN_BYTES} if it is less
   */
  public DirtyMemory(long maxBytes, Lifetime lifetime) {
    this.maxBytes = Math.max(MIN_BYTES, maxBytes);
    this.lifetime = lifetime;
  }

  /** Returns how many bytes are used now. */
  public long used() {
    lock.lock();
    try {
      return used;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether anybody waits for memory. */
  public boolean isWanted() {
    lock.lock();
    try {
      return !waiters.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Takes {@code bytes} if there is room and nobody waits; returns whether it did. */
  public boolean tryTake(Account account, long bytes) {
    lock.lock();
    try {
      if (!waiters.isEmpty() || !hasRoom(account, bytes)) {
        return false;
      }
      add(account, bytes);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes {@code bytes}; blocks until there is room, at most until the request's deadline.
   *
   * @param onWaiting begins to make room; run when {@link #isWanted} is true already, so that
   *     whatever ends later and asks that makes room, too
   * @throws AfsException.ServersUnreachable if there is none by then
   */
  public void take(Account account, long bytes, Request request, Runnable onWaiting)
      throws AfsException {
    Waiter waiter = new Waiter(account, bytes, new CountDownLatch(1));
    lock.lock();
    try {
      waiters.add(waiter);
      serve();
    } finally {
      lock.unlock();
    }
    boolean taken = false;
    try {
      if (waiter.served().getCount() > 0) {
        onWaiting.run();
      }
      if (!lifetime.await(waiter.served(), request.remaining(lifetime.clock().nanoTime()))) {
        throw new AfsException.ServersUnreachable(
            "waited in vain for servers to take data that were written earlier");
      }
      lifetime.check();
      taken = true;
    } finally {
      if (!taken) {
        leave(waiter);
      }
    }
  }

  /** Gives up waiting, or what was got in the last moment. */
  private void leave(Waiter waiter) {
    lock.lock();
    try {
      if (!waiters.remove(waiter)) {
        add(waiter.account(), -waiter.bytes());
      }
      serve();
    } finally {
      lock.unlock();
    }
  }

  /** Takes more than there may be: what is there already needs another form. */
  public void takeAnyway(Account account, long bytes) {
    lock.lock();
    try {
      add(account, bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Gives {@code bytes} back. */
  public void giveBack(Account account, long bytes) {
    lock.lock();
    try {
      add(account, -bytes);
      serve();
    } finally {
      lock.unlock();
    }
  }

  private void serve() {
    for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
      Waiter first = all.next();
      if (hasRoom(first.account(), first.bytes())) {
        add(first.account(), first.bytes());
        first.served().countDown();
        all.remove();
      } else if (hasRoomInAccount(first.account(), first.bytes())) {
        return; // nobody overtakes one who waits for the common memory
      }
    }
  }

  private boolean hasRoom(Account account, long bytes) {
    return used + bytes <= maxBytes && hasRoomInAccount(account, bytes);
  }

  private boolean hasRoomInAccount(Account account, long bytes) {
    return account.used == 0 || account.used + bytes <= maxBytes / SHARE_OF_ACCOUNT;
  }

  private void add(Account account, long bytes) {
    account.used += bytes;
    used += bytes;
  }
}
