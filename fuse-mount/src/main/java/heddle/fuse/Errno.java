package heddle.fuse;

import heddle.afs.AfsException;

/** The error numbers that callers of the mount see, with Linux's values. */
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  EINTR(4, "interrupted"),
  EIO(5, "input/output error"),
  EBADF(9, "not open for that"),
  EAGAIN(11, "resource temporarily unavailable"),
  EACCES(13, "permission denied"),
  EEXIST(17, "file exists"),
  EXDEV(18, "names in different directories or volumes"),
  ENODEV(19, "no such volume"),
  ENOTDIR(20, "not a directory"),
  EISDIR(21, "is a directory"),
  EINVAL(22, "invalid argument"),
  ENFILE(23, "too many open files"),
  EFBIG(27, "file too large"),
  ENOSPC(28, "no space left on the partition"),
  EROFS(30, "read-only"),
  ERANGE(34, "result too large"),
  EDEADLK(35, "would wait for itself"),
  ENAMETOOLONG(36, "name too long"),
  ENOLCK(37, "too many locks"),
  ENOTEMPTY(39, "directory not empty"),
  ELOOP(40, "too many links"),
  ENODATA(61, "no such attribute"),
  EOPNOTSUPP(95, "not supported"),
  ETIMEDOUT(110, "no server answered in time"),
  ESTALE(116, "stale file handle"),
  EDQUOT(122, "quota exceeded"),
  EKEYEXPIRED(127, "the token has expired"),
  EKEYREJECTED(129, "the token was refused");

  private final int number;
  private final String text;

  Errno(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /** Returns what an operation returns that fails with this. */
  int result() {
    return -number;
  }

  /** Returns the error of a negative {@code result}, as its name, or the number. */
  static String describe(int result) {
    for (Errno errno : values()) {
      if (errno.number == -result) {
        return errno.name();
      }
    }
    return "errno " + -result;
  }

  /** Returns a few words for a user. */
  public String text() {
    return text;
  }

  /** Returns what a failure of AFS is called here: the whole table. */
  public static Errno of(AfsException failure) {
    return switch (failure) {
      case AfsException.NoSuchFile e -> ENOENT;
      case AfsException.NoSuchCell e -> ENOENT;
      case AfsException.NoSuchVolume e -> ENODEV;
      case AfsException.StaleFid e -> ESTALE;
      case AfsException.NotADirectory e -> ENOTDIR;
      case AfsException.IsADirectory e -> EISDIR;
      case AfsException.NotALink e -> EINVAL;
      case AfsException.InvalidArgument e -> EINVAL;
      case AfsException.FileExists e -> EEXIST;
      case AfsException.DirectoryNotEmpty e -> ENOTEMPTY;
      case AfsException.PermissionDenied e -> EACCES;
      case AfsException.TokenExpired e -> EKEYEXPIRED;
      case AfsException.TokenRejected e -> EKEYREJECTED;
      case AfsException.NotPermitted e -> EPERM;
      case AfsException.ReadOnlyVolume e -> EROFS;
      case AfsException.QuotaExceeded e -> EDQUOT;
      case AfsException.NoSpace e -> ENOSPC;
      case AfsException.FileTooBig e -> EFBIG;
      case AfsException.TooManyLinks e -> ELOOP;
      case AfsException.NameTooLong e -> ENAMETOOLONG;
      case AfsException.CrossVolume e -> EXDEV;
      case AfsException.CrossDirectoryLink e -> EXDEV;
      case AfsException.LockHeld e -> EAGAIN;
      case AfsException.LockLost e -> EIO;
      case AfsException.TooManyLocks e -> ENOLCK;
      case AfsException.Deadlock e -> EDEADLK;
      case AfsException.ServersUnreachable e -> ETIMEDOUT;
      case AfsException.VolumeUnavailable e -> EIO;
      case AfsException.ProtocolViolation e -> EIO;
      case AfsException.ServerFailure e -> EIO;
      case AfsException.OutcomeUnknown e -> EIO;
      case AfsException.Interrupted e -> EINTR;
      case AfsException.ClientClosed e -> EIO;
    };
  }
}
