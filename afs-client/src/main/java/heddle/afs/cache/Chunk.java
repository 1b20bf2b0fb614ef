package heddle.afs.cache;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a file's data. Kept in segments, small enough that no garbage collector treats them as
 * huge objects. Immutable once complete; thread-safe then.
 *
 * <p><b>Holders.</b> Whoever made a chunk holds it, and so does everybody who has it from a cache.
 * When the last one lets go, its memory may come to hold other bytes; whoever finds it after that
 * cannot {@link #hold} it. One that is forgotten to be let go is left to the garbage collector.
 */
public final class Chunk {
  /** Bytes of a whole chunk: one FetchData call. */
  public static final int BYTES = 1 << 20;

  /** Bytes of a whole segment; written data come in blocks of that size, to become segments. */
  static final int SEGMENT_BYTES = 1 << 16;

  private static final int OVERHEAD_BYTES = 200; // key, entry and headers, about

  private final byte[][] segments;
  private final int length;
  private final @Nullable SegmentPool pool; // null: the segments are others', too
  private final AtomicInteger holders = new AtomicInteger(1);

  /** Takes {@code segments}, of which all but the last are whole and none changes any more. */
  Chunk(byte[][] segments, int length) {
    this(segments, length, null);
  }

  private Chunk(byte[][] segments, int length, @Nullable SegmentPool pool) {
    this.segments = segments;
    this.length = length;
    this.pool = pool;
  }

  /** One more holds it, until it lets go; returns false if nobody did any more. */
  boolean hold() {
    return holders.getAndUpdate(before -> before == 0 ? 0 : before + 1) > 0;
  }

  /** One less holds it, and must not touch it any more. */
  void letGo() {
    int left = holders.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("a chunk is let go more often than it was held");
    }
    if (left == 0 && pool != null) {
      pool.giveBack(segments);
    }
  }

  /** Returns the number of bytes. */
  public int length() {
    return length;
  }

  /** Returns about how much memory the chunk takes, in bytes. */
  public int weight() {
    return length + OVERHEAD_BYTES;
  }

  /** Copies {@code count} bytes from {@code from} on to {@code target}. By who holds the chunk. */
  public void copyTo(ByteBuffer target, int from, int count) {
    Objects.checkFromIndexSize(from, count, length); // what lies beyond is anybody's
    int position = from;
    int end = from + count;
    while (position < end) {
      byte[] segment = segments[position / SEGMENT_BYTES];
      int offset = position % SEGMENT_BYTES;
      int step = Math.min(end - position, SEGMENT_BYTES - offset);
      target.put(segment, offset, step);
      position += step;
    }
  }

  /** Takes the bytes of a chunk as they come. Not thread-safe. */
  public static final class Builder implements WritableByteChannel {
    private final byte[][] segments;
    private final int capacity;
    private final SegmentPool pool;
    private int length;

    /**
     * Makes room for {@code capacity} bytes, which come later.
     *
     * @param pool where whole segments come from, and go when nobody holds the chunk any more
     */
    Builder(int capacity, SegmentPool pool) {
      this.capacity = capacity;
      this.pool = pool;
      segments = new byte[(capacity + SEGMENT_BYTES - 1) / SEGMENT_BYTES][];
    }

    @Override
    public int write(ByteBuffer source) {
      int count = source.remaining();
      if (count > capacity - length) {
        throw new IllegalArgumentException(count + " bytes more than the chunk has room for");
      }
      while (source.hasRemaining()) {
        int index = length / SEGMENT_BYTES;
        int offset = length % SEGMENT_BYTES;
        if (segments[index] == null) {
          int left = capacity - index * SEGMENT_BYTES;
          segments[index] = left < SEGMENT_BYTES ? new byte[left] : pool.take();
        }
        int step = Math.min(source.remaining(), segments[index].length - offset);
        source.get(segments[index], offset, step);
        length += step;
      }
      return count;
    }

    /** Returns the number of bytes that came. */
    public int length() {
      return length;
    }

    /** Returns the chunk of what came, which the caller holds; nothing may come after that. */
    public Chunk build() {
      return new Chunk(segments, length, pool);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
