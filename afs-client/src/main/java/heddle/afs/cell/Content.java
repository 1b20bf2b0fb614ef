package heddle.afs.cell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is in a file at one moment. Immutable: readers go on with theirs while others write, and
 * versions share the blocks in which they are equal.
 */
final class Content {
  static final Content EMPTY = new Content(new Block[0], 0);

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(Block.BYTES).asReadOnlyBuffer();

  private final Block[] blocks;
  private final long length;

  private Content(Block[] blocks, long length) {
    this.blocks = blocks;
    this.length = length;
  }

  /** Returns contents of these blocks, each but the last standing for a whole one. */
  static Content of(Block[] blocks, long length) {
    return new Content(blocks, length);
  }

  /** Returns contents of at most one block. */
  static Content small(byte[] bytes, BlockStore store) throws IOException {
    return bytes.length == 0
        ? EMPTY
        : new Content(new Block[] {store.put(bytes, bytes.length)}, bytes.length);
  }

  /** Takes bytes. */
  @FunctionalInterface
  interface Sink {
    void write(ByteBuffer bytes) throws IOException;
  }

  long length() {
    return length;
  }

  int blockCount() {
    return blocks.length;
  }

  Block block(int index) {
    return blocks[index];
  }

  /** Gives the sink {@code count} bytes, which must be there. */
  void writeTo(Sink sink, long offset, long count) throws IOException {
    long at = offset;
    long end = offset + count;
    while (at < end) {
      Block block = blocks[(int) (at / Block.BYTES)];
      int from = (int) (at % Block.BYTES);
      int wanted = (int) Math.min(Block.BYTES - from, end - at);
      int there = Math.clamp(block.length() - from, 0, wanted);
      if (there > 0) {
        sink.write(block.read(from, there));
      }
      if (there < wanted) {
        sink.write(ZEROS.duplicate().limit(wanted - there));
      }
      at += wanted;
    }
  }

  /** Returns {@code count} bytes, which must be there. */
  byte[] bytes(long offset, int count) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(count);
    writeTo(all::put, offset, count);
    return all.array();
  }

  /** Returns the contents without what is from {@code newLength} on. */
  Content cut(long newLength) {
    if (newLength >= length) {
      return this;
    }
    Block[] kept = Arrays.copyOf(blocks, blockCount(newLength));
    int inLast = (int) (newLength % Block.BYTES);
    if (inLast != 0) {
      kept[kept.length - 1] = kept[kept.length - 1].cut(inLast);
    }
    return new Content(kept, newLength);
  }

  /** Returns the contents with zeros up to {@code newLength}. */
  Content extend(long newLength) {
    if (newLength <= length) {
      return this;
    }
    Block[] more = Arrays.copyOf(blocks, blockCount(newLength));
    Arrays.fill(more, blocks.length, more.length, MemoryBlock.HOLE);
    return new Content(more, newLength);
  }

  /** Returns the contents with {@code written} at its place, and zeros before it if need be. */
  Content with(StoredBytes written, BlockStore store) throws IOException {
    Content base = extend(written.end());
    Block[] changed = base.blocks.clone();
    for (StoredBytes.Piece piece : written.pieces()) {
      changed[piece.index()] = piece.over(changed[piece.index()], store);
    }
    return new Content(changed, base.length);
  }

  private static int blockCount(long length) {
    return Math.toIntExact((length + Block.BYTES - 1) / Block.BYTES);
  }
}
