package heddle.afs.cache;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a file's data that lie over other content, which may change below: first the content
 * is cut off at {@link #truncatedTo}, then bytes are written over it, then it is at least {@link
 * #grownTo} long; what is nowhere is zero. Any sequence of writes and truncations comes to this
 * form. Not thread-safe.
 */
final class WriteLayer {
  /** Not truncated. */
  static final long NOWHERE = Long.MAX_VALUE;

  private static final byte[] ZEROS = new byte[WriteBlock.BYTES];

  private final ByteRanges ranges = new ByteRanges();
  private final Map<Long, WriteBlock> blocks = new HashMap<>();
  private long truncatedTo = NOWHERE;
  private long grownTo;
  private long freshBytes; // in blocks that were made, less those that were dropped

  ByteRanges ranges() {
    return ranges;
  }

  long truncatedTo() {
    return truncatedTo;
  }

  long grownTo() {
    return grownTo;
  }

  /** Returns the length of the file if what lies below has {@code below} bytes. */
  long lengthOver(long below) {
    return Math.max(Math.min(below, truncatedTo), grownTo);
  }

  /** Returns whether it changes nothing. */
  boolean isEmpty() {
    return ranges.isEmpty() && truncatedTo == NOWHERE && grownTo == 0;
  }

  /** Returns whether it cuts off, or extends beyond what it writes. */
  boolean setsLength() {
    return truncatedTo != NOWHERE || grownTo > ranges.end();
  }

  /** What lies below has the length already. */
  void forgetLength() {
    truncatedTo = NOWHERE;
    grownTo = ranges.end();
  }

  /** Returns by how many bytes the memory held has grown (less than 0: shrunk) since last asked. */
  long memoryGrowth() {
    long growth = freshBytes;
    freshBytes = 0;
    return growth;
  }

  void write(ByteBuffer source, long offset) {
    long position = offset;
    while (source.hasRemaining()) {
      int from = (int) (position % WriteBlock.BYTES);
      int count = Math.min(source.remaining(), WriteBlock.BYTES - from);
      source.get(writable(position / WriteBlock.BYTES, from + count).bytes(), from, count);
      position += count;
    }
    ranges.add(offset, position);
    grownTo = Math.max(grownTo, position);
  }

  private WriteBlock writable(long index, int end) {
    WriteBlock block = blocks.get(index);
    if (block != null && block.isWritable(end)) {
      return block;
    }
    WriteBlock fresh = block == null ? WriteBlock.withRoomFor(end) : block.copyWithRoomFor(end);
    freshBytes += fresh.capacity();
    blocks.put(index, fresh);
    drop(block);
    return fresh;
  }

  private void drop(@Nullable WriteBlock block) {
    if (block != null && block.letGo()) {
      freshBytes -= block.capacity();
    }
  }

  void truncate(long length) {
    ranges.remove(length, Long.MAX_VALUE);
    truncatedTo = Math.min(truncatedTo, length);
    grownTo = length;
    dropUnused();
  }

  private void dropUnused() {
    for (Iterator<Map.Entry<Long, WriteBlock>> all = blocks.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Long, WriteBlock> each = all.next();
      if (!isUsed(each.getKey())) {
        drop(each.getValue());
        all.remove();
      }
    }
  }

  private boolean isUsed(long index) {
    long start = index * WriteBlock.BYTES;
    return ranges.intersects(start, start + WriteBlock.BYTES);
  }

  /** Forgets everything. */
  void clear() {
    ranges.remove(0, Long.MAX_VALUE);
    truncatedTo = NOWHERE;
    grownTo = 0;
    dropUnused();
  }

  /**
   * Moves the bytes of {@code range} and the truncation to a layer that belongs below this one.
   * Blocks that both need are shared; none of those that go ever changes again.
   */
  WriteLayer takeOut(Optional<ByteRange> range) {
    WriteLayer taken = new WriteLayer();
    taken.truncatedTo = truncatedTo;
    truncatedTo = NOWHERE;
    if (range.isEmpty()) {
      taken.grownTo = grownTo;
      grownTo = ranges.end();
      return taken;
    }
    long start = range.get().start();
    long end = range.get().end();
    ranges.remove(start, end);
    taken.ranges.add(start, end);
    taken.grownTo = end;
    if (ranges.isEmpty() && grownTo <= end) {
      grownTo = 0;
    }
    for (long i = start / WriteBlock.BYTES; i * WriteBlock.BYTES < end; i++) {
      WriteBlock block = block(i);
      block.freeze();
      taken.blocks.put(i, block);
      if (isUsed(i)) {
        block.hold();
      } else {
        blocks.remove(i);
      }
    }
    return taken;
  }

  /** Lays this over {@code below}, which is used up: afterwards this is both in one. */
  void absorb(WriteLayer below) {
    long keep = truncatedTo; // nothing below it survives beyond
    long ownGrowth = grownTo;
    ByteRanges gaps = new ByteRanges();
    below.ranges.forEach(
        range ->
            ranges.forEachGap(
                range.start(),
                range.end(),
                gap -> gaps.add(gap.start(), Math.min(gap.end(), keep))));
    gaps.forEach(gap -> below.forEachPiece(gap, piece -> adopt(piece, below)));
    truncatedTo = Math.min(keep, below.truncatedTo);
    grownTo = Math.max(ownGrowth, Math.min(below.grownTo, keep));
    below.clear();
    freshBytes += below.memoryGrowth();
  }

  private void adopt(Piece piece, WriteLayer from) {
    long index = piece.offset() / WriteBlock.BYTES;
    if (blocks.containsKey(index)) {
      write(piece.buffer(), piece.offset());
      return;
    }
    WriteBlock block = from.block(index);
    block.hold();
    blocks.put(index, block);
    ranges.add(piece.offset(), piece.offset() + piece.buffer().remaining());
  }

  /** Some bytes of the file. */
  record Piece(ByteBuffer buffer, long offset) {}

  /** Shows the bytes of {@code range}, which must all be here, block by block. */
  void forEachPiece(ByteRange range, Consumer<Piece> action) {
    long position = range.start();
    while (position < range.end()) {
      int from = (int) (position % WriteBlock.BYTES);
      int count = (int) Math.min(range.end() - position, WriteBlock.BYTES - from);
      byte[] bytes = block(position / WriteBlock.BYTES).bytes();
      action.accept(new Piece(ByteBuffer.wrap(bytes, from, count), position));
      position += count;
    }
  }

  /** Returns a block that has bytes of this layer. */
  WriteBlock block(long index) {
    WriteBlock block = blocks.get(index);
    if (block == null) {
      throw new IllegalStateException("no block " + index + " where there are written bytes");
    }
    return block;
  }

  /**
   * Shows what this layer says of {@code range}: copies bytes, or zeros, to {@code target}, and
   * calls {@code below} for what it does not cover.
   *
   * @param target whose index 0 stands for the byte at {@code origin}
   */
  void read(ByteRange range, ByteBuffer target, long origin, Consumer<ByteRange> below) {
    ranges.forEachWithin(
        range.start(),
        range.end(),
        present ->
            forEachPiece(
                present,
                piece ->
                    target.put(
                        (int) (piece.offset() - origin),
                        piece.buffer(),
                        piece.buffer().position(),
                        piece.buffer().remaining())));
    ranges.forEachGap(
        range.start(),
        range.end(),
        gap -> {
          if (gap.start() < truncatedTo) {
            below.accept(new ByteRange(gap.start(), Math.min(gap.end(), truncatedTo)));
          }
          if (gap.end() > truncatedTo) {
            fillZeros(new ByteRange(Math.max(gap.start(), truncatedTo), gap.end()), target, origin);
          }
        });
  }

  /** Writes zeros. */
  static void fillZeros(ByteRange range, ByteBuffer target, long origin) {
    long position = range.start();
    while (position < range.end()) {
      int count = (int) Math.min(range.end() - position, ZEROS.length);
      target.put((int) (position - origin), ZEROS, 0, count);
      position += count;
    }
  }

  @Override
  public String toString() {
    return "truncated to " + truncatedTo + ", written " + ranges + ", grown to " + grownTo;
  }
}
