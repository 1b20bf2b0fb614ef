package heddle.rxrpc;

/**
 * An operation that the phase of a call does not allow yet: a reply before the whole request is
 * there. The call is none the worse for it.
 */
public final class WrongPhaseException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  WrongPhaseException(String message) {
    super(message);
  }
}
