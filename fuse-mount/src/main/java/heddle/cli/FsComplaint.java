package heddle.cli;

import heddle.control.FsException;
import java.util.function.Supplier;

/**
 * Failures as OpenAFS's {@code fs} words them, which scripts know, and behind that what to do.
 *
 * <p>Protocol source: OpenAFS src/venus/fs.c, Die (behaviour).
 */
final class FsComplaint {
  private FsComplaint() {}

  /** Returns the words for a failure with {@code path}. */
  static String of(FsException failure, String path, Supplier<String> advice) {
    String shown = Heddle.shown(path);
    return switch (failure.kind()) {
      case EINVAL ->
          "fs: Invalid argument; it is possible that "
              + shown
              + " is not in AFS."
              + detail(failure);
      case ENOENT -> "fs: File '" + shown + "' doesn't exist" + detail(failure);
      case EROFS -> "fs: You can not change a backup or readonly volume" + advice(readWrite(shown));
      case EACCES, EPERM ->
          "fs: You don't have the required access rights on '" + shown + "'" + advice(advice.get());
      case EKEYEXPIRED -> "fs:'" + shown + "': the token has expired; get a new one: heddle login";
      default -> "fs:'" + shown + "': " + failure.kind().text() + detail(failure);
    };
  }

  /** Returns the words for a failure of what is about no path. */
  static String of(FsException failure) {
    return switch (failure.kind()) {
      case EACCES, EPERM ->
          "fs: You do not have the required rights to do this operation" + detail(failure);
      default -> "fs: " + failure.kind().text() + detail(failure);
    };
  }

  private static String readWrite(String shown) {
    return shown.startsWith("/afs/")
        ? "the read-write volume is below /afs/.CELL"
        : "a path below .CELL leads to the read-write volume";
  }

  private static String advice(String text) {
    return text.isEmpty() ? "" : " (" + text + ")";
  }

  private static String detail(FsException failure) {
    String message = failure.getMessage();
    return message == null || message.isEmpty() ? "" : " (" + message + ")";
  }
}
