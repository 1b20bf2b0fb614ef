package heddle.cli;

import java.io.IOException;

/** Whoever read our output went away; there is nothing to say to anybody. */
final class BrokenPipeException extends IOException {
  private static final long serialVersionUID = 1L;

  private BrokenPipeException(IOException cause) {
    super(cause);
  }

  /** Returns what to throw in place of {@code failure}, a failure to write our output. */
  static IOException of(IOException failure) {
    String message = failure.getMessage();
    return message != null && message.contains("Broken pipe")
        ? new BrokenPipeException(failure)
        : new IOException("cannot write the output: " + message, failure);
  }
}
