package heddle.rxrpc.protocol;

/**
 * The time-outs of one call, in nanoseconds; 0 is none.
 *
 * @param hardNanos the whole call
 * @param idleNanos between two packets of progress
 * @param normalNanos between two packets of any kind
 */
public record CallTimeouts(long hardNanos, long idleNanos, long normalNanos) {}
