package heddle.afs.vnode;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How a directory was looked at lately, as far as it helps to guess which statuses and files will
 * be wanted next. Only hints: races lose some of them and harm nothing. Thread-safe.
 */
final class Listing {
  /** The first status asked for in a directory is fetched alone; it may be the only one. */
  private static final int ALONE = 1;

  private static final int FIRST_AHEAD = 4;
  private static final int MAX_AHEAD = 8;

  private final AtomicInteger misses = new AtomicInteger();
  private volatile int frontier;
  private volatile int ahead;
  private final ReadingOrder reading = new ReadingOrder();

  /** Returns how its small files are read. */
  ReadingOrder reading() {
    return reading;
  }

  /** The directory is being listed: the statuses of all entries are likely to follow. */
  void listed() {
    misses.set(ALONE);
    frontier = 0;
    ahead = FIRST_AHEAD;
  }

  /** A status was missing; returns whether its neighbours are worth fetching with it. */
  boolean missed() {
    return misses.getAndIncrement() >= ALONE;
  }

  /** Returns the offset of the first entry that was not fetched ahead. */
  int frontier() {
    return frontier;
  }

  /**
   * Returns how many batches are worth fetching beyond the one wanted.
   *
   * @param inOrder whether the missing status is the one at the {@link #frontier}
   */
  int batchesAhead(boolean inOrder) {
    int now = inOrder ? ahead : 0;
    ahead = inOrder ? Math.min(MAX_AHEAD, Math.max(1, 2 * now)) : 1;
    return now;
  }

  /** Everything before {@code offset} was fetched or is being fetched. */
  void fetchedUpTo(int offset) {
    frontier = offset;
  }
}
