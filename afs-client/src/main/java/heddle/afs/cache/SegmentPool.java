package heddle.afs.cache;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Memory of chunks that nobody holds any more, for those that come. Where a cache is full each
 * chunk that is read drives out another one: in new memory each byte would be cleared first, and
 * then moved by the garbage collector until it is old. Bounded; thread-safe.
 */
final class SegmentPool {
  private final ReentrantLock lock = new ReentrantLock(); // guards all below
  private final ArrayDeque<byte[]> free;
  private final int most;

  /** Creates an empty pool that keeps at most so many bytes. */
  SegmentPool(long maxBytes) {
    most = (int) Math.min(Integer.MAX_VALUE, maxBytes / Chunk.SEGMENT_BYTES);
    free = new ArrayDeque<>(most); // giving back needs no memory
  }

  /** Returns a whole segment; what is in it is anybody's. */
  byte[] take() {
    lock.lock();
    try {
      byte[] segment = free.pollLast(); // the one that a processor's cache may still have
      return segment == null ? new byte[Chunk.SEGMENT_BYTES] : segment;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes those that are whole, as far as there is room, and leaves null in their places: whoever
   * looks there by mistake does not see what others put in.
   */
  void giveBack(byte[] @Nullable [] segments) {
    lock.lock();
    try {
      for (int i = 0; i < segments.length; i++) {
        byte[] segment = segments[i];
        segments[i] = null;
        if (segment != null && segment.length == Chunk.SEGMENT_BYTES && free.size() < most) {
          free.addLast(segment);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
