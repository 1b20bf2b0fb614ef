package heddle.rxrpc;

/**
 * The endpoint of the call was closed. The peer was told with an ABORT where the call had begun.
 */
public final class EndpointClosedException extends CallException {
  private static final long serialVersionUID = 1L;

  EndpointClosedException(CallFacts facts) {
    super("endpoint closed", facts);
  }
}
