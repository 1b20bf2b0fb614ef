package heddle.afs.nio;

import heddle.afs.AccessRights;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.FileType;
import heddle.afs.StatusUpdate;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;

/** Opens files as the options want it. */
final class FileOpener {
  private static final int MAX_TRIES = 8; // against others who make and remove the name
  private static final int MAY_PERHAPS_READ =
      AccessRights.READ | AccessRights.INSERT | AccessRights.ADMINISTER;

  private final CellPath path;
  private final AfsFileSystem fileSystem;
  private final Options.Opening opening;

  private FileOpener(CellPath path, Options.Opening opening) {
    this.path = path;
    this.fileSystem = path.getFileSystem();
    this.opening = opening;
  }

  /**
   * Opens a file, and makes or empties it if that is wanted.
   *
   * @param initial what it is made with
   */
  static FileHandle open(CellPath path, Options.Opening opening, StatusUpdate initial)
      throws IOException {
    AfsFileSystem fileSystem = path.getFileSystem();
    if (opening.writes() || opening.has(StandardOpenOption.DELETE_ON_CLOSE)) {
      fileSystem.requireWritable();
    } else {
      fileSystem.requireOpen();
    }
    AfsFile file = new FileOpener(path, opening).open(initial);
    return fileSystem.resources().add(new FileHandle(path, file, opening));
  }

  private AfsFile open(StatusUpdate initial) throws IOException {
    if (!opening.writes()) {
      return openForReading();
    }
    if (opening.has(StandardOpenOption.CREATE_NEW)) {
      return Failures.call(path, () -> create(path.inClient(), initial));
    }
    return opening.has(StandardOpenOption.CREATE)
        ? openOrCreate(initial)
        : openExisting(path.inClient());
  }

  /** Whether the caller may read is judged here as far as it can be, else by the first read. */
  private AfsFile openForReading() throws IOException {
    AfsFile file = opened(path.inClient(), Access.READ);
    try {
      AccessRights rights = Failures.call(path, file::rights);
      if ((rights.bits() & MAY_PERHAPS_READ) == 0) {
        throw new AccessDeniedException(path.toString());
      }
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    return file;
  }

  private enum Access {
    READ,
    WRITE
  }

  private AfsFile opened(AfsPath where, Access access) throws IOException {
    try {
      return openAs(where, access);
    } catch (AfsException.TooManyLinks e) {
      if (opening.finalLink() == FinalLink.KEEP) {
        throw new FileSystemException(path.toString(), null, "is a symbolic link");
      }
      throw Failures.of(e, path, null);
    } catch (AfsException e) {
      throw Failures.of(e, path, null);
    }
  }

  private AfsFile openAs(AfsPath where, Access access) throws AfsException {
    return switch (access) {
      case READ -> fileSystem.client().open(fileSystem.caller(), where, opening.finalLink());
      case WRITE ->
          fileSystem.client().openForWriting(fileSystem.caller(), where, opening.finalLink());
    };
  }

  private AfsFile openExisting(AfsPath where) throws IOException {
    AfsFile file = opened(where, Access.WRITE);
    if (opening.has(StandardOpenOption.TRUNCATE_EXISTING)) {
      try {
        Failures.run(path, () -> file.truncate(0));
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    }
    return file;
  }

  private AfsFile create(AfsPath where, StatusUpdate initial) throws AfsException {
    AfsFile made = fileSystem.client().create(fileSystem.caller(), where, initial);
    fileSystem.watching().changedName(path);
    return made;
  }

  /** A link that leads nowhere has its target made, as {@code open(2)} does it. */
  private AfsFile openOrCreate(StatusUpdate initial) throws IOException {
    for (int tries = 1; ; tries++) {
      AfsPath where = path.inClient();
      try {
        if (fileSystem.statIfExists(path, opening.finalLink()).isPresent()) {
          return openExisting(where);
        }
        if (isLink()) {
          where = RealPaths.ofTarget(path).inClient();
        }
        return create(where, initial);
      } catch (AfsException.FileExists e) {
        if (tries == MAX_TRIES) {
          throw Failures.of(e, path, null);
        }
      } catch (NoSuchFileException e) { // it was removed in between
        if (tries == MAX_TRIES) {
          throw e;
        }
      } catch (AfsException e) {
        throw Failures.of(e, path, null);
      }
    }
  }

  private boolean isLink() throws IOException {
    return opening.finalLink() == FinalLink.FOLLOW
        && fileSystem
            .statIfExists(path, FinalLink.KEEP)
            .filter(found -> found.type() == FileType.SYMLINK)
            .isPresent();
  }
}
