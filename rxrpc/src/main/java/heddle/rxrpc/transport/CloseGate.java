package heddle.rxrpc.transport;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who is using something that can be closed at any time, so that it is given back when the
 * last of them is out, and nobody uses it afterwards: a closed descriptor may soon be somebody
 * else's.
 */
final class CloseGate {
  private static final int CLOSED = Integer.MIN_VALUE;

  private final AtomicInteger users = new AtomicInteger(); // and the sign bit: closed
  private final Runnable whenOut;

  /**
   * Creates an open gate.
   *
   * @param whenOut run once, after the gate is closed and the last user has left
   */
  CloseGate(Runnable whenOut) {
    this.whenOut = whenOut;
  }

  /** Returns whether the caller may use it; it must leave then. */
  boolean enter() {
    int now = users.get();
    while (now >= 0) {
      if (users.compareAndSet(now, now + 1)) {
        return true;
      }
      now = users.get();
    }
    return false;
  }

  void leave() {
    if (users.decrementAndGet() == CLOSED) {
      whenOut.run();
    }
  }

  /** Lets nobody in any more. Called by one who is in. */
  void close() {
    users.getAndUpdate(now -> now | CLOSED);
  }

  boolean isClosed() {
    return users.get() < 0;
  }
}
