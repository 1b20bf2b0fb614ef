package heddle.rxrpc;

/**
 * A time-out of {@link CallOptions} passed: the peer was silent for too long, or the whole call
 * took too long. The peer may be dead, cut off, or just slow; it may have executed the call.
 */
public final class CallTimeoutException extends CallException {
  private static final long serialVersionUID = 1L;

  private final String which;

  CallTimeoutException(String which, CallFacts facts) {
    super("timed out (" + which + ")", facts);
    this.which = which;
  }

  /** Returns the name of the time-out that passed: hard, idle or normal. */
  public String which() {
    return which;
  }
}
