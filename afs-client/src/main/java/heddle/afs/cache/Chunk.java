package heddle.afs.cache;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A piece of a file's data. Kept in segments, small enough that no garbage collector treats them as
 * huge objects. Immutable once complete; thread-safe then.
 */
public final class Chunk {
  /** Bytes of a whole chunk: one FetchData call. */
  public static final int BYTES = 1 << 20;

  /** Bytes of a whole segment; written data come in blocks of that size, to become segments. */
  static final int SEGMENT_BYTES = 1 << 16;

  private static final int OVERHEAD_BYTES = 200; // key, entry and headers, about

  private final byte[][] segments;
  private final int length;

  /** Takes {@code segments}, of which all but the last are whole and none changes any more. */
  Chunk(byte[][] segments, int length) {
    this.segments = segments;
    this.length = length;
  }

  /** Returns the number of bytes. */
  public int length() {
    return length;
  }

  /** Returns about how much memory the chunk takes, in bytes. */
  public int weight() {
    return length + OVERHEAD_BYTES;
  }

  /** Copies {@code count} bytes from {@code from} on to {@code target}. */
  public void copyTo(ByteBuffer target, int from, int count) {
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
    private int length;

    /** Makes room for {@code capacity} bytes, which come later. */
    public Builder(int capacity) {
      this.capacity = capacity;
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
          segments[index] = new byte[Math.min(SEGMENT_BYTES, capacity - index * SEGMENT_BYTES)];
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

    /** Returns the chunk of what came. */
    public Chunk build() {
      return new Chunk(segments, length);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
