package heddle.rxrpc.transport;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Bytes of which every range tells where it belongs: who transfers them can check what arrives
 * without keeping what was sent. The period is a prime, so that no number of packets is a multiple.
 */
final class Pattern {
  static final int MAX_RANGE = 16 * 1024;
  private static final int PERIOD = 65_521;
  private static final byte[] BYTES = new byte[PERIOD + MAX_RANGE];

  static {
    new SplittableRandom(1).nextBytes(BYTES);
    System.arraycopy(BYTES, 0, BYTES, PERIOD, MAX_RANGE);
  }

  private final int start;

  /** Creates the bytes of one direction of one call. */
  Pattern(int call, int direction) {
    start = Math.floorMod((call * 2 + direction) * 7919, PERIOD);
  }

  /** Returns the bytes from {@code offset} on, at most {@link #MAX_RANGE}. */
  ByteBuffer range(long offset, int length) {
    return ByteBuffer.wrap(BYTES, at(offset), length);
  }

  /** Returns whether {@code bytes} up to {@code length} are those from {@code offset} on. */
  boolean matches(long offset, byte[] bytes, int length) {
    int at = at(offset);
    return Arrays.equals(bytes, 0, length, BYTES, at, at + length);
  }

  private int at(long offset) {
    return (int) ((start + offset) % PERIOD);
  }
}
