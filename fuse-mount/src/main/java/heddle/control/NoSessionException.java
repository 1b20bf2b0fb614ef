package heddle.control;

/**
 * A mount that tells its users by their sessions cannot tell the one that asks: the first process
 * of the session has ended, or the mount may not see it. Asking again does not help.
 */
public final class NoSessionException extends ControlException {
  private static final long serialVersionUID = 1L;

  /** Says what helps. */
  public NoSessionException() {
    super(
        "the mount cannot tell your session, as its first process has ended or is hidden:"
            + " log in from a new session (setsid) or mount with --identity uid;"
            + " the mount must be able to read /proc");
  }
}
