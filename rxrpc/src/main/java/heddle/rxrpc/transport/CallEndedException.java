package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Completion;

/** A user's operation met the end of its call; the API turns it into what the user sees. */
public final class CallEndedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Completion completion;

  CallEndedException(Completion completion) {
    super(completion.toString(), null, false, false);
    this.completion = completion;
  }

  /** Returns how the call ended. */
  public Completion completion() {
    return completion;
  }
}
