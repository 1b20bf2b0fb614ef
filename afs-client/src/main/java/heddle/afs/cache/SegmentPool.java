package heddle.afs.cache;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Memory of chunks that nobody holds any more, for those that come. Where a cache is full each
 * chunk that is read drives out another one: in new memory each byte would be cleared first, and
 * then moved by the garbage collector until it is old. Bounded; thread-safe.
 */
final class SegmentPool {
  private final ReentrantLock lock = new ReentrantLock(); // guards all below
  private final ArrayDeque<byte[]> free = new ArrayDeque<>();
  private final int most;

  /** Creates an empty pool that keeps at most so many bytes. */
  SegmentPool(long maxBytes) {
    most = (int) Math.min(Integer.MAX_VALUE, maxBytes / Chunk.SEGMENT_BYTES);
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

  /** Takes those that are whole, as far as there is room. Nobody else may have them any more. */
  void giveBack(byte[][] segments) {
    lock.lock();
    try {
      for (byte[] segment : segments) {
        if (segment != null && segment.length == Chunk.SEGMENT_BYTES && free.size() < most) {
          free.addLast(segment);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
