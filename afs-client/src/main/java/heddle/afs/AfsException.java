package heddle.afs;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Why an operation on AFS failed. Each kind is a class of its own, so that a switch over them is
 * checked by the compiler.
 */
public abstract sealed class AfsException extends IOException {
  private static final long serialVersionUID = 1L;

  AfsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * No such name, or the vnode is gone (ENOENT). It has no stack trace: programs look for names
   * that are not there all the time, and the message tells which.
   */
  public static final class NoSuchFile extends AfsException {
    private static final long serialVersionUID = 1L;

    public NoSuchFile(String message) {
      this(message, null);
    }

    public NoSuchFile(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  /** The file was deleted while it was in use (ESTALE). */
  public static final class StaleFid extends AfsException {
    private static final long serialVersionUID = 1L;

    public StaleFid(String message) {
      this(message, null);
    }

    public StaleFid(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A directory was needed (ENOTDIR). */
  public static final class NotADirectory extends AfsException {
    private static final long serialVersionUID = 1L;

    public NotADirectory(String message) {
      this(message, null);
    }

    public NotADirectory(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A file was needed (EISDIR). */
  public static final class IsADirectory extends AfsException {
    private static final long serialVersionUID = 1L;

    public IsADirectory(String message) {
      this(message, null);
    }

    public IsADirectory(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A symbolic link was needed (EINVAL). */
  public static final class NotALink extends AfsException {
    private static final long serialVersionUID = 1L;

    public NotALink(String message) {
      this(message, null);
    }

    public NotALink(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The name is taken (EEXIST). */
  public static final class FileExists extends AfsException {
    private static final long serialVersionUID = 1L;

    public FileExists(String message) {
      this(message, null);
    }

    public FileExists(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The directory has entries (ENOTEMPTY). */
  public static final class DirectoryNotEmpty extends AfsException {
    private static final long serialVersionUID = 1L;

    public DirectoryNotEmpty(String message) {
      this(message, null);
    }

    public DirectoryNotEmpty(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The access control list does not allow it (EACCES). */
  public static final class PermissionDenied extends AfsException {
    private static final long serialVersionUID = 1L;

    public PermissionDenied(String message) {
      this(message, null);
    }

    public PermissionDenied(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Only the owner or an administrator may (EPERM). */
  public static final class NotPermitted extends AfsException {
    private static final long serialVersionUID = 1L;

    public NotPermitted(String message) {
      this(message, null);
    }

    public NotPermitted(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The volume cannot be written (EROFS). */
  public static final class ReadOnlyVolume extends AfsException {
    private static final long serialVersionUID = 1L;

    public ReadOnlyVolume(String message) {
      this(message, null);
    }

    public ReadOnlyVolume(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The volume is at its quota (EDQUOT). */
  public static final class QuotaExceeded extends AfsException {
    private static final long serialVersionUID = 1L;

    public QuotaExceeded(String message) {
      this(message, null);
    }

    public QuotaExceeded(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The partition is full (ENOSPC). */
  public static final class NoSpace extends AfsException {
    private static final long serialVersionUID = 1L;

    public NoSpace(String message) {
      this(message, null);
    }

    public NoSpace(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The file would be too long (EFBIG). */
  public static final class FileTooBig extends AfsException {
    private static final long serialVersionUID = 1L;

    public FileTooBig(String message) {
      this(message, null);
    }

    public FileTooBig(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Too many symbolic links or nested mount points (ELOOP). */
  public static final class TooManyLinks extends AfsException {
    private static final long serialVersionUID = 1L;

    public TooManyLinks(String message) {
      this(message, null);
    }

    public TooManyLinks(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A name of more bytes than AFS allows (ENAMETOOLONG). */
  public static final class NameTooLong extends AfsException {
    private static final long serialVersionUID = 1L;

    public NameTooLong(String message) {
      this(message, null);
    }

    public NameTooLong(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The server or client refuses the argument (EINVAL). */
  public static final class InvalidArgument extends AfsException {
    private static final long serialVersionUID = 1L;

    public InvalidArgument(String message) {
      this(message, null);
    }

    public InvalidArgument(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Both names must be in one volume (EXDEV). */
  public static final class CrossVolume extends AfsException {
    private static final long serialVersionUID = 1L;

    public CrossVolume(String message) {
      this(message, null);
    }

    public CrossVolume(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** No volume location server is known for the cell (ENOENT). */
  public static final class NoSuchCell extends AfsException {
    private static final long serialVersionUID = 1L;

    public NoSuchCell(String message) {
      this(message, null);
    }

    public NoSuchCell(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The cell has no such volume (ENODEV). */
  public static final class NoSuchVolume extends AfsException {
    private static final long serialVersionUID = 1L;

    public NoSuchVolume(String message) {
      this(message, null);
    }

    public NoSuchVolume(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The volume exists but is offline, busy or salvaging (EIO after waiting). */
  public static final class VolumeUnavailable extends AfsException {
    private static final long serialVersionUID = 1L;

    public VolumeUnavailable(String message) {
      this(message, null);
    }

    public VolumeUnavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** No server of the volume or cell answered in time (ETIMEDOUT); the message names them. */
  public static final class ServersUnreachable extends AfsException {
    private static final long serialVersionUID = 1L;

    public ServersUnreachable(String message) {
      this(message, null);
    }

    public ServersUnreachable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The server did not answer a change, which it may have made or not, and it could not be found
   * out (EIO).
   */
  public static final class OutcomeUnknown extends AfsException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknown(String message) {
      this(message, null);
    }

    public OutcomeUnknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A file has other names in its directory and so cannot be moved or named elsewhere (EXDEV). */
  public static final class CrossDirectoryLink extends AfsException {
    private static final long serialVersionUID = 1L;

    public CrossDirectoryLink(String message) {
      this(message, null);
    }

    public CrossDirectoryLink(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Another holds the lock (EAGAIN). */
  public static final class LockHeld extends AfsException {
    private static final long serialVersionUID = 1L;

    public LockHeld(String message) {
      this(message, null);
    }

    public LockHeld(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A lock on the file was lost: another client may have it (EIO). */
  public static final class LockLost extends AfsException {
    private static final long serialVersionUID = 1L;

    public LockLost(String message) {
      this(message, null);
    }

    public LockLost(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** There are as many locks as are kept of one file, or of one owner in it (ENOLCK). */
  public static final class TooManyLocks extends AfsException {
    private static final long serialVersionUID = 1L;

    public TooManyLocks(String message) {
      this(message, null);
    }

    public TooManyLocks(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** To wait for the lock would be to wait for oneself, over others (EDEADLK). */
  public static final class Deadlock extends AfsException {
    private static final long serialVersionUID = 1L;

    public Deadlock(String message) {
      this(message, null);
    }

    public Deadlock(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The caller's token has expired; another one is needed (EKEYEXPIRED). */
  public static final class TokenExpired extends AfsException {
    private static final long serialVersionUID = 1L;

    public TokenExpired(String message) {
      this(message, null);
    }

    public TokenExpired(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The caller's token was refused, or it may not be used at its level (EKEYREJECTED). */
  public static final class TokenRejected extends AfsException {
    private static final long serialVersionUID = 1L;

    public TokenRejected(String message) {
      this(message, null);
    }

    public TokenRejected(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A server sent what the protocol does not allow (EIO). */
  public static final class ProtocolViolation extends AfsException {
    private static final long serialVersionUID = 1L;

    public ProtocolViolation(String message) {
      this(message, null);
    }

    public ProtocolViolation(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A server failed with a code that means nothing more exact (EIO). */
  public static final class ServerFailure extends AfsException {
    private static final long serialVersionUID = 1L;

    public ServerFailure(String message) {
      this(message, null);
    }

    public ServerFailure(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The thread was interrupted; its interrupt flag is set (EINTR). */
  public static final class Interrupted extends AfsException {
    private static final long serialVersionUID = 1L;

    public Interrupted(String message) {
      this(message, null);
    }

    public Interrupted(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The client was closed (EIO). */
  public static final class ClientClosed extends AfsException {
    private static final long serialVersionUID = 1L;

    public ClientClosed(String message) {
      this(message, null);
    }

    public ClientClosed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
