package heddle.control;

import java.io.IOException;

/**
 * A mount and its user do not understand each other, or the mount refuses; the message is for the
 * user, and nothing in it is secret.
 */
public sealed class ControlException extends IOException permits NoSessionException {
  private static final long serialVersionUID = 1L;

  ControlException(String message) {
    super(message);
  }

  ControlException(String message, Throwable cause) {
    super(message, cause);
  }
}
