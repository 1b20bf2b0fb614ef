package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.SecurityViolationException;

/** A rule of rxkad was broken. Nothing in the message is secret. */
public final class RxkadException extends SecurityViolationException {
  private static final long serialVersionUID = 1;

  private final RxkadError error;

  /** Creates one that says no more than the error. */
  RxkadException(RxkadError error) {
    super(error.toString(), error.abortCode());
    this.error = error;
  }

  /** Creates one that says what exactly is wrong. */
  RxkadException(RxkadError error, String detail) {
    super(error + " (" + detail + ")", error.abortCode());
    this.error = error;
  }

  /** Returns which rule. */
  public RxkadError error() {
    return error;
  }
}
