package heddle.bench;

import java.nio.ByteBuffer;

/** The bytes that rxperf moves. */
final class Zeros {
  private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(Workload.MAX_CHUNK);

  private Zeros() {}

  /** Returns {@code count} zeros, at most {@link Workload#MAX_CHUNK}, to be read once. */
  static ByteBuffer of(int count) {
    return MEMORY.asReadOnlyBuffer().limit(count);
  }
}
