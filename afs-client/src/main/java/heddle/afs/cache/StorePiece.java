package heddle.afs.cache;

import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one store brings to the server: a truncation, bytes in one range, or both; the truncation
 * comes first. Its bytes never change. Thread-safe.
 */
public final class StorePiece {
  private static final long UNCUT = Long.MAX_VALUE;

  private final long offset;
  private final long length;
  private final long truncatedTo;
  private final long fileLength;
  private final List<byte[]> blocks;

  private StorePiece(
      long offset, long length, long truncatedTo, long fileLength, List<byte[]> blocks) {
    this.offset = offset;
    this.length = length;
    this.truncatedTo = truncatedTo;
    this.fileLength = fileLength;
    this.blocks = blocks;
  }

  /**
   * Makes a piece of what was taken out for it.
   *
   * @param below length of the server's file
   */
  static StorePiece of(WriteLayer taken, long below) {
    boolean truncates = taken.truncatedTo() < below;
    long fileLength = truncates ? taken.truncatedTo() : UNCUT;
    Optional<ByteRange> range = taken.ranges().first();
    if (range.isEmpty()) {
      return new StorePiece(taken.lengthOver(below), 0, taken.truncatedTo(), fileLength, List.of());
    }
    List<byte[]> blocks = new ArrayList<>();
    long first = range.get().start() / WriteBlock.BYTES;
    for (long i = first; i * WriteBlock.BYTES < range.get().end(); i++) {
      blocks.add(taken.block(i).bytes());
    }
    return new StorePiece(
        range.get().start(), range.get().length(), taken.truncatedTo(), fileLength, blocks);
  }

  /** Returns a piece that changes nothing in a file of any length. */
  public static StorePiece nothing() {
    return new StorePiece(0, 0, WriteLayer.NOWHERE, UNCUT, List.of());
  }

  /** Returns the first byte to be written; the file is extended to here if there are none. */
  public long offset() {
    return offset;
  }

  /** Returns how many bytes are to be written. */
  public long length() {
    return length;
  }

  /**
   * Returns what the server is told as the length of the file. It cuts the file off there before it
   * writes, if it is longer; it never extends it to that. So where nothing is to be cut off it is
   * the greatest number: what somebody else has appended meanwhile stays.
   *
   * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, StoreData_RXStyle (behaviour).
   */
  public long fileLength() {
    return fileLength;
  }

  /** Returns how long a file of {@code before} bytes is with this piece. */
  public long lengthAfter(long before) {
    return Math.max(Math.min(before, truncatedTo), offset + length);
  }

  /** Returns the first byte that the piece may change in a file of {@code before} bytes. */
  public long changedFrom(long before) {
    return Math.min(offset, Math.min(before, truncatedTo));
  }

  /**
   * Returns the end of what the piece may change in a file of {@code before} bytes: what lies from
   * here on, if anything, is as it was.
   */
  public long changedTo(long before) {
    return lengthAfter(before) == before ? offset + length : Math.max(before, lengthAfter(before));
  }

  /** Returns the bytes to be written, from the first on. */
  public ReadableByteChannel open() {
    return new Bytes();
  }

  /**
   * Returns chunk {@code index} of the file as it is with this piece, if that is known.
   *
   * @param before length of the file without the piece
   * @param prior the chunk without the piece; empty if it is not at hand
   */
  public Optional<Chunk> chunk(long index, long before, Optional<Chunk> prior) {
    long start = index * Chunk.BYTES;
    int size = (int) Math.min(Chunk.BYTES, lengthAfter(before) - start);
    if (size <= 0) {
      return Optional.empty();
    }
    long old = Math.min(before, truncatedTo); // up to here the file was as it is, but for our bytes
    int kept = (int) Math.max(0, Math.min(size, old - start));
    boolean covered = kept == 0 || (offset <= start && offset + length >= start + kept);
    if (!covered && prior.map(chunk -> chunk.length() < kept).orElse(true)) {
      return Optional.empty();
    }
    byte[][] segments = new byte[(size + WriteBlock.BYTES - 1) / WriteBlock.BYTES][];
    for (int i = 0; i < segments.length; i++) {
      long from = start + (long) i * WriteBlock.BYTES;
      int count = (int) Math.min(WriteBlock.BYTES, start + size - from);
      segments[i] = segment(from, count, start + kept, prior.orElse(null));
    }
    return Optional.of(new Chunk(segments, size));
  }

  private byte[] segment(long from, int count, long keptTo, @Nullable Chunk prior) {
    long to = from + count;
    long mineFrom = Math.max(from, offset);
    long mineTo = Math.min(to, offset + length);
    if (mineFrom == from && mineTo == to && block(from).length <= 2 * count) {
      return block(from);
    }
    byte[] segment = new byte[count];
    int kept = (int) Math.min(count, keptTo - from);
    int inChunk = (int) (from % Chunk.BYTES);
    if (prior != null && Math.min(kept, prior.length() - inChunk) > 0) {
      prior.copyTo(ByteBuffer.wrap(segment), inChunk, Math.min(kept, prior.length() - inChunk));
    }
    if (mineTo > mineFrom) {
      int inBlock = (int) (mineFrom % WriteBlock.BYTES);
      System.arraycopy(
          block(mineFrom), inBlock, segment, (int) (mineFrom - from), (int) (mineTo - mineFrom));
    }
    return segment;
  }

  private byte[] block(long position) {
    return blocks.get((int) (position / WriteBlock.BYTES - offset / WriteBlock.BYTES));
  }

  @Override
  public String toString() {
    return length + " bytes at " + offset + ", file length " + fileLength;
  }

  private final class Bytes implements ReadableByteChannel {
    private long position = offset;

    @Override
    public int read(ByteBuffer target) {
      int before = target.remaining();
      while (target.hasRemaining() && position < offset + length) {
        int from = (int) (position % WriteBlock.BYTES);
        long left = Math.min(offset + length - position, WriteBlock.BYTES - from);
        int count = (int) Math.min(left, target.remaining());
        target.put(block(position), from, count);
        position += count;
      }
      int count = before - target.remaining();
      return count == 0 && before > 0 ? -1 : count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
