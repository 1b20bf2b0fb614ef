package heddle.rxrpc.protocol;

/**
 * The time-outs of one call, in nanoseconds; 0 is none.
 *
 * @param hardNanos the whole call
 * @param idleNanos between two packets of progress
 * @param normalNanos between two packets of any kind
 * @param busyNanos from the first BUSY on, while the call is offered to the peer again and again; 0
 *     ends it at the first
 */
public record CallTimeouts(long hardNanos, long idleNanos, long normalNanos, long busyNanos) {
  /** A call that ends when the peer has no room for it at once. */
  public CallTimeouts(long hardNanos, long idleNanos, long normalNanos) {
    this(hardNanos, idleNanos, normalNanos, 0);
  }
}
