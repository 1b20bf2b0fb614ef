package heddle.afs.cache;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A set of bytes of a file, as ranges that neither overlap nor touch. Not thread-safe.
 *
 * <p>Pure bookkeeping: knows offsets, no data.
 */
final class ByteRanges {
  private final TreeMap<Long, Long> ends = new TreeMap<>(); // of each range, by its start

  boolean isEmpty() {
    return ends.isEmpty();
  }

  /** Returns how many ranges there are. */
  int count() {
    return ends.size();
  }

  /** Returns the end of the last range; 0 if there is none. */
  long end() {
    return ends.isEmpty() ? 0 : ends.lastEntry().getValue();
  }

  /** Adds the bytes from {@code start} to {@code end}; nothing if that is empty. */
  void add(long start, long end) {
    if (end <= start) {
      return;
    }
    long from = start;
    long to = end;
    Map.Entry<Long, Long> before = ends.floorEntry(start);
    if (before != null && before.getValue() >= start) {
      from = before.getKey();
      to = Math.max(to, before.getValue());
    }
    Map.Entry<Long, Long> after = ends.higherEntry(from);
    while (after != null && after.getKey() <= to) {
      to = Math.max(to, after.getValue());
      ends.remove(after.getKey());
      after = ends.higherEntry(from);
    }
    ends.put(from, to);
  }

  /** Removes the bytes from {@code start} to {@code end}. */
  void remove(long start, long end) {
    if (end <= start) {
      return;
    }
    Map.Entry<Long, Long> before = ends.lowerEntry(start);
    if (before != null && before.getValue() > start) {
      ends.put(before.getKey(), start);
      if (before.getValue() > end) {
        ends.put(end, before.getValue());
      }
    }
    Map.Entry<Long, Long> inside = ends.ceilingEntry(start);
    while (inside != null && inside.getKey() < end) {
      ends.remove(inside.getKey());
      if (inside.getValue() > end) {
        ends.put(end, inside.getValue());
      }
      inside = ends.higherEntry(inside.getKey());
    }
  }

  /** Returns the first range. */
  Optional<ByteRange> first() {
    return Optional.ofNullable(ends.firstEntry()).map(ByteRanges::range);
  }

  /** Returns the longest range. */
  Optional<ByteRange> longest() {
    Map.Entry<Long, Long> longest = null;
    for (Map.Entry<Long, Long> each : ends.entrySet()) {
      if (longest == null
          || each.getValue() - each.getKey() > longest.getValue() - longest.getKey()) {
        longest = each;
      }
    }
    return Optional.ofNullable(longest).map(ByteRanges::range);
  }

  /** Returns the range that has all of {@code start} to {@code end}. */
  Optional<ByteRange> around(long start, long end) {
    return contains(start, end)
        ? Optional.ofNullable(ends.floorEntry(start)).map(ByteRanges::range)
        : Optional.empty();
  }

  /** Returns whether any byte from {@code start} to {@code end} is in the set. */
  boolean intersects(long start, long end) {
    Map.Entry<Long, Long> last = ends.lowerEntry(end);
    return end > start && last != null && last.getValue() > start;
  }

  /** Returns whether every byte from {@code start} to {@code end} is in the set. */
  boolean contains(long start, long end) {
    Map.Entry<Long, Long> candidate = ends.floorEntry(start);
    return end <= start || (candidate != null && candidate.getValue() >= end);
  }

  /** Shows each range, in order. */
  void forEach(Consumer<ByteRange> action) {
    ends.forEach((start, end) -> action.accept(new ByteRange(start, end)));
  }

  /** Shows what of {@code start} to {@code end} is in the set, in order. */
  void forEachWithin(long start, long end, Consumer<ByteRange> action) {
    if (end <= start) {
      return;
    }
    Map.Entry<Long, Long> each = ends.floorEntry(start);
    if (each == null || each.getValue() <= start) {
      each = ends.higherEntry(start);
    }
    while (each != null && each.getKey() < end) {
      action.accept(new ByteRange(Math.max(start, each.getKey()), Math.min(end, each.getValue())));
      each = ends.higherEntry(each.getKey());
    }
  }

  /** Shows what of {@code start} to {@code end} is not in the set, in order. */
  void forEachGap(long start, long end, Consumer<ByteRange> action) {
    long[] position = {start};
    forEachWithin(
        start,
        end,
        range -> {
          if (range.start() > position[0]) {
            action.accept(new ByteRange(position[0], range.start()));
          }
          position[0] = range.end();
        });
    if (position[0] < end) {
      action.accept(new ByteRange(position[0], end));
    }
  }

  private static ByteRange range(Map.Entry<Long, Long> entry) {
    return new ByteRange(entry.getKey(), entry.getValue());
  }

  @Override
  public String toString() {
    return ends.toString();
  }
}
