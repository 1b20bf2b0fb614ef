package heddle.rxrpc.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * What is noted of a call only for those who watch, who may see it a little late. What must be
 * right when the call ends is written before the step of the machine that may end it.
 */
final class CallRecord {
  private static final int WORD_BYTES = 4;
  private static final VarHandle FIRST_WORD;

  static {
    try {
      FIRST_WORD = MethodHandles.lookup().findVarHandle(CallRecord.class, "firstWord", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long startedNanos; // guarded by the call's core lock

  @SuppressWarnings("UnusedVariable") // by VarHandle
  private long firstWord; // number of bytes in the upper half, the bytes in the lower

  private boolean accepted;

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
    long before = (long) FIRST_WORD.getOpaque(this);
    int have = (int) (before >>> Integer.SIZE);
    if (have < WORD_BYTES && from < to) {
      int word = (int) before;
      for (int i = from; i < to && have < WORD_BYTES; i++) {
        word = (word << Byte.SIZE) | (bytes.get(i) & 0xff);
        have++;
      }
      long after = ((long) have << Integer.SIZE) | Integer.toUnsignedLong(word);
      FIRST_WORD.setOpaque(this, after);
    }
  }

  /** Returns the first four bytes of the request, which in AFS say what is asked for. */
  OptionalInt opcode() {
    long word = (long) FIRST_WORD.getOpaque(this);
    return word >>> Integer.SIZE == WORD_BYTES ? OptionalInt.of((int) word) : OptionalInt.empty();
  }
}
