package heddle.cli;

import heddle.afs.AfsException;
import heddle.fuse.Errno;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Failures in words for a user, without the path, which the user gave. Servers may have put
 * anything into them: who prints them as text escapes them.
 */
final class Failures {
  private Failures() {}

  /** Returns why it failed. */
  static String describe(IOException failure) {
    return switch (failure) {
      case AfsException.ServersUnreachable e -> message(e);
      case AfsException.VolumeUnavailable e -> message(e);
      case AfsException.ServerFailure e -> message(e);
      case AfsException.ProtocolViolation e -> message(e);
      case AfsException.NoSuchCell e -> message(e);
      case AfsException.NoSuchVolume e -> message(e);
      case AfsException.InvalidArgument e -> message(e);
      case AfsException.TokenExpired e -> message(e);
      case AfsException.TokenRejected e -> message(e);
      case AfsException e -> Errno.of(e).text();
      case NoSuchFileException e -> "no such file or directory";
      case AccessDeniedException e -> "permission denied";
      case FileAlreadyExistsException e -> "file exists";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> message(failure);
    };
  }

  private static String message(IOException failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
