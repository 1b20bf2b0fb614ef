package heddle.rxrpc;

import heddle.rxrpc.protocol.Completion;

/**
 * A time-out of {@link CallOptions} passed: the peer was silent for too long, or the whole call
 * took too long. The peer may be dead, cut off, or just slow; it may have executed the call.
 */
public final class CallTimeoutException extends CallException {
  private static final long serialVersionUID = 1L;

  private final Completion.Timeout which;

  CallTimeoutException(Completion.Timeout which, CallFacts facts) {
    super("timed out (" + which.text() + ")", facts);
    this.which = which;
  }

  /** Returns whether nothing at all came from the peer; else it may have been there to the end. */
  public boolean peerWasSilent() {
    return which == Completion.Timeout.NORMAL;
  }

  /** Returns the time-out that passed, hard, idle or normal, and what it means. */
  public String which() {
    return which.text();
  }
}
