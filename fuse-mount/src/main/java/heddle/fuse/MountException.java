package heddle.fuse;

/** A mount cannot be made; the message tells the user why and what to do. */
public final class MountException extends Exception {
  private static final long serialVersionUID = 1L;

  public MountException(String message) {
    super(message);
  }

  public MountException(String message, Throwable cause) {
    super(message, cause);
  }
}
