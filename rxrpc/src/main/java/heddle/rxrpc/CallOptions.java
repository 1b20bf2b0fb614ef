package heddle.rxrpc;

import java.time.Duration;

/**
 * How one call is to be made; immutable, each {@code with} method returns a changed copy.
 *
 * <p>Protocol source: Linux Documentation/networking/rxrpc.rst, "Control messages" (behaviour).
 *
 * @param hardTimeout greatest duration of the whole call, counted from {@code newCall}, waiting for
 *     a channel included; zero is no limit
 * @param idleTimeout greatest time between two packets of progress once the peer has begun to work;
 *     zero takes {@link EndpointConfig#idleTimeout()}
 * @param normalTimeout greatest time between two packets of any kind from the peer; zero takes
 *     {@link EndpointConfig#normalTimeout()}
 * @param exclusive whether the call gets a wire connection of its own, used for nothing else
 * @param upgrade whether the peer is asked to serve the call by a better service, if it has one;
 *     {@link Call#serviceId} says which it was. Such calls have wire connections of their own; the
 *     first one asks, and the others wait for its answer
 * @param requestLength bytes of the request, or -1 when not declared; a request that turns out
 *     shorter or longer fails with {@link IllegalStateException} and aborts the call
 * @param userId the caller's own name for the call, shown in snapshots; 0 if none
 */
public record CallOptions(
    Duration hardTimeout,
    Duration idleTimeout,
    Duration normalTimeout,
    boolean exclusive,
    boolean upgrade,
    long requestLength,
    long userId) {
  /** Takes every time-out from the endpoint's configuration. */
  public static final CallOptions DEFAULT =
      new CallOptions(Duration.ZERO, Duration.ZERO, Duration.ZERO, false, false, -1, 0);

  /** Returns the defaults with a limit on the whole call. */
  public static CallOptions within(Duration hardTimeout) {
    return DEFAULT.withHardTimeout(hardTimeout);
  }

  /** Returns a copy with another limit on the whole call. */
  public CallOptions withHardTimeout(Duration timeout) {
    return new CallOptions(
        timeout, idleTimeout, normalTimeout, exclusive, upgrade, requestLength, userId);
  }

  /** Returns a copy with another limit on the peer's making no progress. */
  public CallOptions withIdleTimeout(Duration timeout) {
    return new CallOptions(
        hardTimeout, timeout, normalTimeout, exclusive, upgrade, requestLength, userId);
  }

  /** Returns a copy with another limit on the peer's silence. */
  public CallOptions withNormalTimeout(Duration timeout) {
    return new CallOptions(
        hardTimeout, idleTimeout, timeout, exclusive, upgrade, requestLength, userId);
  }

  /** Returns a copy that asks for a wire connection of its own. */
  public CallOptions asExclusive() {
    return new CallOptions(
        hardTimeout, idleTimeout, normalTimeout, true, upgrade, requestLength, userId);
  }

  /** Returns a copy that asks the peer to upgrade the service. */
  public CallOptions withUpgrade() {
    return new CallOptions(
        hardTimeout, idleTimeout, normalTimeout, exclusive, true, requestLength, userId);
  }

  /** Returns a copy that declares the length of the request in bytes. */
  public CallOptions withRequestLength(long bytes) {
    return new CallOptions(
        hardTimeout, idleTimeout, normalTimeout, exclusive, upgrade, bytes, userId);
  }

  /** Returns a copy with the caller's own name for the call. */
  public CallOptions withUserId(long id) {
    return new CallOptions(
        hardTimeout, idleTimeout, normalTimeout, exclusive, upgrade, requestLength, id);
  }
}
