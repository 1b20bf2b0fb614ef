package heddle.rxrpc.transport;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * What is noted of a call only for those who watch. The times are written before the call can end;
 * the first word is written by whoever holds the user mutex and may be read a little late.
 */
final class CallRecord {
  private static final int WORD_BYTES = 4;

  private volatile long startedNanos;
  private int firstWord; // big-endian, as far as it is there
  private volatile int firstWordBytes;
  private volatile boolean accepted;

  void started(long nowNanos) {
    startedNanos = nowNanos;
  }

  long ageNanos(long nowNanos) {
    return nowNanos - startedNanos;
  }

  /** Service: a user has taken the call. */
  void accepted() {
    accepted = true;
  }

  boolean isAccepted() {
    return accepted;
  }

  /**
   * The user sends the remaining bytes of {@code bytes} as part of the request. There is always
   * room for the first ones, so they are not offered twice.
   */
  void note(ByteBuffer bytes) {
    note(bytes, bytes.position(), bytes.limit());
  }

  /** The user has got bytes of the request: these of {@code bytes}. */
  void note(ByteBuffer bytes, int from, int to) {
    int have = firstWordBytes;
    if (have < WORD_BYTES) {
      for (int i = from; i < to && have < WORD_BYTES; i++) {
        firstWord = firstWord << Byte.SIZE | (bytes.get(i) & 0xff);
        have++;
      }
      firstWordBytes = have;
    }
  }

  /** Returns the first four bytes of the request, which in AFS say what is asked for. */
  OptionalInt opcode() {
    return firstWordBytes == WORD_BYTES ? OptionalInt.of(firstWord) : OptionalInt.empty();
  }
}
