package heddle.afs.cache;

import heddle.afs.Fid;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Chunks whose bytes follow from their keys. */
final class Chunks {
  static final int INSTANCE = 1_700_000_000;

  private Chunks() {}

  static ChunkKey key(int vnode, long version, long index) {
    return new ChunkKey(new Fid("example.org", 536870915, vnode, 7), version, INSTANCE, index);
  }

  /** Returns the chunk that belongs to {@code key}, cut off after {@code length} bytes. */
  static Chunk of(ChunkKey key, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(key.hashCode()).nextBytes(bytes);
    return of(bytes);
  }

  static Chunk of(byte[] bytes) {
    Chunk.Builder builder = new Chunk.Builder(bytes.length, new SegmentPool(0));
    builder.write(ByteBuffer.wrap(bytes));
    return builder.build();
  }

  static byte[] bytes(Chunk chunk) {
    ByteBuffer bytes = ByteBuffer.allocate(chunk.length());
    chunk.copyTo(bytes, 0, chunk.length());
    return bytes.array();
  }
}
