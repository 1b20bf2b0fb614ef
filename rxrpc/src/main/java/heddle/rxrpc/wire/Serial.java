package heddle.rxrpc.wire;

/**
 * Comparison of the protocol's 32-bit counters, which wrap round: of two numbers that one is the
 * later which is reached by counting up at most 2^31 - 1.
 */
public final class Serial {
  private Serial() {}

  /** Returns whether {@code a} comes before {@code b}. */
  public static boolean before(int a, int b) {
    return a - b < 0;
  }

  /** Returns whether {@code a} comes after {@code b}. */
  public static boolean after(int a, int b) {
    return b - a < 0;
  }

  /** Returns whether {@code a} is {@code b} or comes before it. */
  public static boolean upTo(int a, int b) {
    return a == b || before(a, b);
  }

  /** Returns whether {@code a} is {@code b} or comes after it. */
  public static boolean from(int a, int b) {
    return a == b || after(a, b);
  }

  /** Returns the later of two counters. */
  public static int later(int a, int b) {
    return before(a, b) ? b : a;
  }

  /** Returns the serial that follows: 0 is never used, since it means "none" in an ACK. */
  public static int next(int serial) {
    return serial == -1 ? 1 : serial + 1;
  }
}
