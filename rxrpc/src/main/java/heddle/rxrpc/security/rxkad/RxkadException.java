package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.Violation;

/** A rule of rxkad was broken. Nothing in the message is secret. */
public final class RxkadException extends SecurityViolationException {
  private static final long serialVersionUID = 1;

  private final RxkadError error;

  /** Creates one that says no more than what was violated. */
  RxkadException(Violation violation) {
    this(violation, violation.toString());
  }

  /** Creates one that says what exactly is wrong. */
  RxkadException(Violation violation, String detail) {
    this(violation, RxkadError.of(violation), detail);
  }

  private RxkadException(Violation violation, RxkadError error, String detail) {
    super(error + " (" + detail + ")", error.abortCode(), violation);
    this.error = error;
  }

  /** Returns what the peer is told. */
  public RxkadError error() {
    return error;
  }
}
