package heddle.cli;

/** A command of {@code heddle fs} was not understood; the message says why, and what to do. */
final class FsUsageException extends Exception {
  private static final long serialVersionUID = 1L;

  FsUsageException(String message) {
    super(message);
  }
}
