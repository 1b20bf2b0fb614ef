package heddle.afs.nio;

import heddle.afs.AccessRights;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsFile;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.util.Set;

/**
 * What the caller may do with a file, as far as a client can know: the rights on its directory and
 * the mode bits of the owner, which count for everybody.
 */
final class AccessChecks {
  private AccessChecks() {}

  /**
   * Fails if {@code path} is not there or something of {@code modes} is not allowed.
   *
   * @throws AccessDeniedException if it is not allowed
   */
  static void check(CellPath path, Set<AccessMode> modes) throws IOException {
    AfsFileSystem fileSystem = path.getFileSystem();
    fileSystem.requireOpen();
    FileStatus status = fileSystem.stat(path, FinalLink.FOLLOW);
    if (modes.isEmpty()) {
      return;
    }
    boolean file = status.type() == FileType.FILE;
    AccessRights rights = file ? rightsToFile(path) : status.rights();
    for (AccessMode mode : modes) {
      boolean allowed =
          switch (mode) {
            case READ -> file ? mayRead(status, rights) : rights.contains(AccessRights.LOOKUP);
            case EXECUTE ->
                file ? mayExecute(status, rights) : rights.contains(AccessRights.LOOKUP);
            case WRITE -> mayWrite(path, status, rights);
          };
      if (!allowed) {
        throw new AccessDeniedException(path.toString());
      }
    }
  }

  /** The directory decides; the file's status may have the rights of before. */
  private static AccessRights rightsToFile(CellPath path) throws IOException {
    AfsFileSystem fileSystem = path.getFileSystem();
    return Failures.call(
        path,
        () -> {
          try (AfsFile open =
              fileSystem.client().open(fileSystem.caller(), path.inClient(), FinalLink.FOLLOW)) {
            return open.rights();
          }
        });
  }

  private static boolean mayRead(FileStatus status, AccessRights rights) {
    return rights.contains(AccessRights.READ) && (status.mode() & ModeBits.MAY_READ) != 0;
  }

  private static boolean mayExecute(FileStatus status, AccessRights rights) {
    return rights.contains(AccessRights.READ) && (status.mode() & ModeBits.MAY_EXECUTE) != 0;
  }

  private static boolean mayWrite(CellPath path, FileStatus status, AccessRights rights)
      throws IOException {
    AfsFileSystem fileSystem = path.getFileSystem();
    boolean readOnly =
        fileSystem.isReadOnly()
            || Failures.call(
                path, () -> fileSystem.client().isReadOnly(fileSystem.caller(), path.inClient()));
    if (readOnly) {
      return false;
    }
    return status.type() == FileType.FILE
        ? rights.contains(AccessRights.WRITE) && (status.mode() & ModeBits.MAY_WRITE) != 0
        : rights.contains(AccessRights.INSERT) || rights.contains(AccessRights.DELETE);
  }
}
