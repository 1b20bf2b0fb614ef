package heddle.control;

import heddle.fuse.Errno;
import java.io.IOException;

/** A mount, or a client, did not do what it was asked. */
public final class FsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Errno kind;

  /** Says what failed. */
  public FsException(FsFailure failure) {
    super(failure.detail());
    this.kind = failure.kind();
  }

  /** Returns what programs would be told. */
  public Errno kind() {
    return kind;
  }
}
