package heddle.afs.cache;

import java.util.Arrays;

/**
 * Memory for written bytes of one block of a file, whose number says where. Not thread-safe, but
 * once it is {@link #frozen} the array never changes again, and any thread may read it.
 */
final class WriteBlock {
  /** Bytes of a whole block. */
  static final int BYTES = Chunk.SEGMENT_BYTES;

  private static final int SMALLEST = 1 << 12;

  private final byte[] bytes;
  private boolean frozen;
  private int holders = 1;

  private WriteBlock(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns a block with room for {@code end} bytes, at most {@link #BYTES}. */
  static WriteBlock withRoomFor(int end) {
    return new WriteBlock(new byte[capacityFor(end)]);
  }

  private static int capacityFor(int end) {
    return end <= SMALLEST ? SMALLEST : Integer.highestOneBit(end - 1) << 1;
  }

  /** Returns whether {@code end} bytes may be written here. */
  boolean isWritable(int end) {
    return !frozen && end <= bytes.length;
  }

  /** Returns a copy that may be written up to {@code end}. */
  WriteBlock copyWithRoomFor(int end) {
    return new WriteBlock(Arrays.copyOf(bytes, Math.max(bytes.length, capacityFor(end))));
  }

  byte[] bytes() {
    return bytes;
  }

  int capacity() {
    return bytes.length;
  }

  /** From now on the array never changes. */
  void freeze() {
    frozen = true;
  }

  /** One more layer holds it. */
  void hold() {
    holders++;
  }

  /** One layer less holds it; returns whether none does. */
  boolean letGo() {
    holders--;
    return holders == 0;
  }
}
