package heddle.rxrpc.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Memory for what the kernel puts into one message. Packets that lie in it may stay there, lent to
 * the calls that they are of, until their readers have come to them.
 *
 * <p><b>Threads.</b> Who receives lends, settles and fills; readers give back. A reader may give a
 * packet back before the lending is settled, so the count of those that are out may be below 0 for
 * a moment; once it is settled, 0 says that nobody looks at the memory any more.
 */
final class ReceiveSlab {
  static final int BYTES = 64 * 1024;

  private static final VarHandle OUT;

  static {
    try {
      OUT = MethodHandles.lookup().findVarHandle(ReceiveSlab.class, "out", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
  private final ByteBuffer all = bytes.duplicate(); // nobody moves its limit

  @SuppressWarnings("unused") // by VarHandle
  private volatile int out; // settled less given back

  private int lent; // since it was last settled; of who receives, as are the next
  private boolean taken;
  private boolean lending;

  /** Returns the memory, for who receives: position and limit are as it has set them. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** Returns the memory, whole, for any thread that leaves position and limit alone. */
  ByteBuffer all() {
    return all;
  }

  // ---- who receives

  /** Takes the memory to receive into, unless somebody receives into it or reads from it. */
  boolean take() {
    if (taken || !isBack()) {
      return false;
    }
    taken = true;
    return true;
  }

  /** Nobody receives into it any more; calls may still read from it. */
  void letGo() {
    taken = false;
  }

  /** Says whether packets of what is in it now may stay. */
  void lending(boolean may) {
    lending = may;
  }

  boolean isLending() {
    return lending;
  }

  /** One more packet stays. */
  void lend() {
    lent++;
  }

  /**
   * Nothing more is lent of what is in it.
   *
   * @return whether the memory is still needed
   */
  boolean settle() {
    int more = lent;
    lent = 0;
    lending = false;
    return more != 0 && (int) OUT.getAndAdd(this, more) + more != 0;
  }

  /** Returns whether every packet that was lent and settled is back. */
  boolean isBack() {
    return (int) OUT.getAcquire(this) == 0;
  }

  // ---- readers

  /** So many packets were read, or are not wanted. */
  void giveBack(int packets) {
    OUT.getAndAdd(this, -packets);
  }
}
