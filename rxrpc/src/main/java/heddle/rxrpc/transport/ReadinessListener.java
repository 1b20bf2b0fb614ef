package heddle.rxrpc.transport;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what a user wants run when there is something to do: on a virtual thread of its own, under
 * no lock, and never twice at a time. What comes while it runs makes it run once more. Thread-safe.
 */
final class ReadinessListener {
  private static final Logger LOG = LoggerFactory.getLogger(ReadinessListener.class);
  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int AGAIN = 2;

  private final Runnable task;
  private final AtomicInteger state = new AtomicInteger(IDLE);

  ReadinessListener(Runnable task) {
    this.task = task;
  }

  /** There is something to do. Never waits. */
  void signal() {
    if (state.getAndUpdate(before -> before == IDLE ? RUNNING : AGAIN) == IDLE) {
      Thread.startVirtualThread(this::run);
    }
  }

  private void run() {
    do {
      state.set(RUNNING);
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        LOG.warn("a readiness listener failed", e); // the next event is another chance
      }
    } while (!state.compareAndSet(RUNNING, IDLE));
  }
}
