package heddle.rxrpc.thread;

/**
 * A thread that is told before it waits: for a channel, for room or data of a call, or for what
 * another thread fetches. So it can have others do what only it would have done meanwhile, as the
 * threads of an event loop must. Short waits that a thread spends looking are not told of.
 */
public interface WaitingThread {
  /**
   * This thread is going to wait; for how long nobody knows. Called by the thread itself, which may
   * hold locks that others wait for: so it must not wait here, nor throw.
   */
  void goesToWait();

  /**
   * What this thread waits for from now on has to come from {@code peer}. Called by the thread
   * itself, often: so it must not wait here, nor throw.
   *
   * @return from whom it had to come before
   */
  Peer turnsTo(Peer peer);

  /** Somebody whose answers threads wait for. Thread-safe. */
  interface Peer {
    /** None: what is waited for does not come from anybody that may be dead. */
    Peer NONE = () -> false;

    /** Returns, at once, whether it is believed dead: it has not answered for a while. */
    boolean isSilent();
  }

  /** Tells the current thread, if it wants to know, that it is going to wait. */
  static void tell() {
    if (Thread.currentThread() instanceof WaitingThread thread) {
      thread.goesToWait();
    }
  }

  /**
   * Tells the current thread, if it wants to know, whom it will have to wait for. Who does turns
   * back when that is over, however it ends:
   *
   * <pre>{@code
   * Peer before = WaitingThread.turnTo(server);
   * try {
   *   ...
   * } finally {
   *   WaitingThread.turnTo(before);
   * }
   * }</pre>
   *
   * @return whom it had to wait for before
   */
  static Peer turnTo(Peer peer) {
    return Thread.currentThread() instanceof WaitingThread thread
        ? thread.turnsTo(peer)
        : Peer.NONE;
  }
}
