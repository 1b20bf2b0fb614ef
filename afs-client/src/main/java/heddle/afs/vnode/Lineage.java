package heddle.afs.vnode;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which data versions of a file have the same bytes in which chunk. As long as nobody but this
 * client changes a file, it knows what each new version has in common with the one before: all but
 * what it stored itself. Immutable.
 *
 * <p>A version counts every store. So if the server says that a store has made version <i>n</i> + 1
 * of the file whose version <i>n</i> was known before the call, then nobody else has changed it.
 */
final class Lineage {
  /** More pieces than these are not told apart: their chunks are fetched anew. */
  private static final int MAX_PIECES = 2048;

  private final long base;
  private final long current;
  private final NavigableMap<Long, Long> since; // version, by the first chunk of those that have it

  private Lineage(long base, long current, NavigableMap<Long, Long> since) {
    this.base = base;
    this.current = current;
    this.since = since;
  }

  /** Returns what is known of {@code version} alone. */
  static Lineage of(long version) {
    return new Lineage(version, version, new TreeMap<>());
  }

  /**
   * Returns what is known when a store has made the next version.
   *
   * @param firstChunk first chunk that the store may have changed
   * @param endChunk chunk after the last that it may have changed
   */
  Lineage afterStore(long firstChunk, long endChunk) {
    long next = current + 1;
    if (since.size() >= MAX_PIECES) {
      return of(next);
    }
    NavigableMap<Long, Long> then = new TreeMap<>(since);
    if (endChunk > firstChunk) {
      long behind = versionOf(endChunk);
      then.subMap(firstChunk, endChunk).clear();
      then.put(firstChunk, next);
      then.put(endChunk, behind);
    }
    return new Lineage(base, next, then);
  }

  /** Returns the oldest known version since which nobody but this client has changed the file. */
  long base() {
    return base;
  }

  /** Returns the version that this is about. */
  long current() {
    return current;
  }

  /** Returns the oldest known version whose chunk {@code index} is that of this version. */
  long versionOf(long index) {
    Map.Entry<Long, Long> piece = since.floorEntry(index);
    return piece == null ? base : piece.getValue();
  }

  @Override
  public String toString() {
    return "version " + current + " since " + base + ": " + since;
  }
}
