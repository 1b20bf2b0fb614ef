package heddle.afs.callback;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the events that end promises: breaks of one fid, of one volume, or all promises of one
 * server. Whoever wants to know later whether there was one remembers the number. Thread-safe.
 */
final class Generation {
  private final AtomicInteger number = new AtomicInteger();

  int number() {
    return number.get();
  }

  /** Counts one event if the number still is {@code expected}; returns whether it was. */
  boolean endIf(int expected) {
    return number.compareAndSet(expected, expected + 1);
  }

  void end() {
    number.incrementAndGet();
  }
}
