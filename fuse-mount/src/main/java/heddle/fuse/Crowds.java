package heddle.fuse;

import java.util.concurrent.ConcurrentHashMap;

/**
 * How many wait for each of several things: so many at most, for each has a thread that others need
 * as well. Thread-safe.
 */
final class Crowds<K> {
  private final ConcurrentHashMap<K, Integer> waiting = new ConcurrentHashMap<>();
  private final int limit;

  /**
   * @param limit how many may wait for one thing
   */
  Crowds(int limit) {
    this.limit = limit;
  }

  /** Returns whether one more may wait; it must {@link #leave} then. */
  boolean enter(K thing) {
    boolean[] entered = {false};
    waiting.compute(
        thing,
        (key, count) -> {
          int before = count == null ? 0 : count;
          entered[0] = before < limit;
          return entered[0] ? Integer.valueOf(before + 1) : count;
        });
    return entered[0];
  }

  void leave(K thing) {
    waiting.computeIfPresent(thing, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Returns how many wait. */
  int size(K thing) {
    return waiting.getOrDefault(thing, 0);
  }
}
