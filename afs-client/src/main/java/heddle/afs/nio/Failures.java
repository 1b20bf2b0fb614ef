package heddle.afs.nio;

import heddle.afs.AfsException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import org.jspecify.annotations.Nullable;

/** What failures of the client are called in {@code java.nio.file}: the whole table. */
final class Failures {
  private Failures() {}

  /** What may fail. */
  @FunctionalInterface
  interface Operation<T> {
    T run() throws AfsException;
  }

  /** What may fail, and returns nothing. */
  @FunctionalInterface
  interface Action {
    void run() throws AfsException;
  }

  /** Runs {@code operation}, whose failures are about {@code path}. */
  static <T> T call(CellPath path, Operation<T> operation) throws IOException {
    try {
      return operation.run();
    } catch (AfsException e) {
      throw of(e, path, null);
    }
  }

  /** Runs {@code action}, whose failures are about {@code path}. */
  static void run(CellPath path, Action action) throws IOException {
    run(path, null, action);
  }

  /** Runs {@code action}, whose failures are about {@code path} and {@code other}. */
  static void run(CellPath path, @Nullable CellPath other, Action action) throws IOException {
    try {
      action.run();
    } catch (AfsException e) {
      throw of(e, path, other);
    }
  }

  /**
   * Returns what to throw in place of {@code failure}, which is its cause.
   *
   * @throws ClosedFileSystemException if the client was closed
   */
  static IOException of(AfsException failure, CellPath path, @Nullable CellPath other) {
    IOException told = translate(failure, path.toString(), other == null ? null : other.toString());
    told.initCause(failure);
    return told;
  }

  private static IOException translate(AfsException failure, String file, @Nullable String other) {
    return switch (failure) {
      case AfsException.NoSuchFile e -> new NoSuchFileException(file, other, null);
      case AfsException.NoSuchCell e -> new NoSuchFileException(file, other, e.getMessage());
      case AfsException.StaleFid e -> new NoSuchFileException(file, other, e.getMessage());
      case AfsException.NotADirectory e -> new NotDirectoryException(file);
      case AfsException.NotALink e -> new NotLinkException(file);
      case AfsException.FileExists e ->
          new FileAlreadyExistsException(other == null ? file : other);
      case AfsException.DirectoryNotEmpty e ->
          new DirectoryNotEmptyException(other == null ? file : other);
      case AfsException.PermissionDenied e -> new AccessDeniedException(file, other, null);
      case AfsException.TokenExpired e -> new AccessDeniedException(file, other, e.getMessage());
      case AfsException.TokenRejected e -> new AccessDeniedException(file, other, e.getMessage());
      case AfsException.TooManyLinks e -> new FileSystemLoopException(file);
      case AfsException.QuotaExceeded e -> reason(file, other, "quota exceeded", e);
      case AfsException.NoSpace e -> reason(file, other, "no space left on the partition", e);
      case AfsException.ReadOnlyVolume e -> reason(file, other, "read-only volume", e);
      case AfsException.IsADirectory e -> reason(file, other, "is a directory", e);
      case AfsException.CrossVolume e -> reason(file, other, "in different volumes", e);
      case AfsException.CrossDirectoryLink e ->
          reason(file, other, "a file can have names in one directory only", e);
      case AfsException.Interrupted e -> new InterruptedIOException(file + ": interrupted");
      case AfsException.ClientClosed e -> throw closed(e);
      default -> new FileSystemException(file, other, failure.getMessage());
    };
  }

  private static FileSystemException reason(
      String file, @Nullable String other, String words, AfsException failure) {
    return new FileSystemException(file, other, words + " (" + failure.getMessage() + ")");
  }

  private static ClosedFileSystemException closed(AfsException cause) {
    var closed = new ClosedFileSystemException();
    closed.initCause(cause);
    return closed;
  }
}
