package heddle.rxrpc.testkit;

import heddle.rxrpc.transport.NanoClock;

/** Virtual time: it stands still until it is advanced. Not thread-safe. */
public final class SimulatedClock implements NanoClock {
  private long nowNanos;

  /**
   * Creates a clock.
   *
   * @param startNanos what it shows at first; any value, as with {@link System#nanoTime}
   */
  public SimulatedClock(long startNanos) {
    nowNanos = startNanos;
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  /** Moves to {@code targetNanos}; does nothing if that has passed. */
  public void advanceTo(long targetNanos) {
    if (targetNanos - nowNanos > 0) {
      nowNanos = targetNanos;
    }
  }
}
