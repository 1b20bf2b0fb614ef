package heddle.afs.cell;

import java.nio.ByteBuffer;

/** A block on the heap. */
@SuppressWarnings("ArrayRecordComponent") // one owner: nobody changes or compares it
record MemoryBlock(byte[] bytes, int length) implements Block {
  /** Nothing but zeros. */
  static final MemoryBlock HOLE = new MemoryBlock(new byte[0], 0);

  @Override
  public ByteBuffer read(int from, int count) {
    return ByteBuffer.wrap(bytes, from, count);
  }

  @Override
  public Block cut(int newLength) {
    return newLength >= length ? this : new MemoryBlock(bytes, newLength);
  }
}
