package heddle.rxrpc;

/**
 * Too many calls of this endpoint wait for a channel already: as many as {@link
 * EndpointConfig#waitingCalls()}. Nothing was sent, so the peer has certainly not executed the
 * call.
 */
public final class TooManyCallsException extends CallException {
  private static final long serialVersionUID = 1L;

  TooManyCallsException(CallFacts facts) {
    super("too many calls wait for a channel", facts);
  }
}
