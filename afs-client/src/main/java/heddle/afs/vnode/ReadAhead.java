package heddle.afs.vnode;

import heddle.afs.cache.Chunk;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Guesses which chunks of a file will be read next: as long as it is read from front to back, more
 * and more of those that follow. Thread-safe.
 *
 * <p>Several threads may read one file in turn, as a kernel's own read-ahead does; so a read counts
 * as in order when it begins near where one of the last ended.
 */
final class ReadAhead {
  private static final int FIRST_WINDOW = 2; // chunks
  private static final long NEAR_BYTES = 1 << 19;

  private final ReentrantLock lock = new ReentrantLock(); // guards all fields
  private final int maxWindow;
  private long end; // of the read that went furthest
  private long furthest = -1; // greatest chunk that was read from
  private long scheduled = -1; // greatest chunk that was asked for
  private int window;

  /**
   * Begins with nothing read.
   *
   * @param maxWindow greatest number of chunks to be ahead
   */
  ReadAhead(int maxWindow) {
    this.maxWindow = maxWindow;
  }

  /**
   * Takes note of a read of {@code count} bytes at {@code offset}, and calls {@code fetch} for each
   * chunk that should be fetched now.
   */
  void read(long offset, int count, LongConsumer fetch) {
    long from;
    long to;
    lock.lock();
    try {
      boolean inOrder = Math.abs(offset - end) <= NEAR_BYTES;
      long last = (offset + Math.max(count, 1) - 1) / Chunk.BYTES;
      if (!inOrder) {
        end = offset + count;
        furthest = last;
        scheduled = last;
        window = 0;
        return;
      }
      end = Math.max(end, offset + count);
      if (last <= furthest) {
        return; // what follows this chunk was asked for when it was reached
      }
      furthest = last;
      window = Math.min(maxWindow, Math.max(FIRST_WINDOW, 2 * window));
      from = Math.max(scheduled, last) + 1;
      to = last + window;
      scheduled = Math.max(scheduled, to);
    } finally {
      lock.unlock();
    }
    for (long chunk = from; chunk <= to; chunk++) {
      fetch.accept(chunk);
    }
  }
}
