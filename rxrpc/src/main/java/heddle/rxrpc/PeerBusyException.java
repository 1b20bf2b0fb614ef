package heddle.rxrpc;

/**
 * The peer refused the call with BUSY, again and again for {@link EndpointConfig#busyTimeout()}: it
 * has no room for another call. It has not executed it, unless {@link #mayHaveExecuted()} says that
 * this is uncertain.
 */
public final class PeerBusyException extends CallException {
  private static final long serialVersionUID = 1L;

  PeerBusyException(CallFacts facts) {
    super("peer busy", facts);
  }
}
