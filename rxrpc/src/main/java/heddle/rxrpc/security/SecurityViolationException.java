package heddle.rxrpc.security;

/**
 * A packet, or an answer in a handshake, is not what the security class demands. Nothing in the
 * message is secret.
 *
 * <p>Has no stack trace: it says nothing about this side, and a peer can provoke as many as it
 * likes.
 */
public abstract class SecurityViolationException extends Exception {
  private static final long serialVersionUID = 1;

  private final int abortCode;
  private final Violation violation;

  /**
   * Creates one.
   *
   * @param message what was wrong
   * @param abortCode what the peer is told
   * @param violation which rule was broken
   */
  protected SecurityViolationException(String message, int abortCode, Violation violation) {
    super(message, null, false, false);
    this.abortCode = abortCode;
    this.violation = violation;
  }

  /** Returns the code that the call or connection is to be aborted with. */
  public final int abortCode() {
    return abortCode;
  }

  /** Returns which rule was broken. */
  public final Violation violation() {
    return violation;
  }
}
