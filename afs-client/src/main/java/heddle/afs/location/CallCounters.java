package heddle.afs.location;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many calls were made, by operation. Thread-safe. */
public final class CallCounters {
  private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** Counts one call. */
  public void count(String operation) {
    counts.computeIfAbsent(operation, name -> new LongAdder()).increment();
  }

  /** Returns the counts so far. */
  public Map<String, Long> snapshot() {
    Map<String, Long> snapshot = new TreeMap<>();
    counts.forEach((operation, count) -> snapshot.put(operation, count.sum()));
    return snapshot;
  }
}
