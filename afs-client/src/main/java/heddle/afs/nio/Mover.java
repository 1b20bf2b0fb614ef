package heddle.afs.nio;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Optional;

/**
 * Moves one file, link or directory: by a rename within a volume, which is atomic, else by a copy
 * of what is no directory, or an empty one.
 */
final class Mover {
  private final CellPath source;
  private final CellPath target;
  private final Options.Copying options;

  private Mover(CellPath source, CellPath target, Options.Copying options) {
    this.source = source;
    this.target = target;
    this.options = options;
  }

  static void move(CellPath source, CellPath target, Options.Copying options) throws IOException {
    source.getFileSystem().requireWritable();
    target.getFileSystem().requireWritable();
    Mover mover = new Mover(source, target, options);
    if (options.has(StandardCopyOption.ATOMIC_MOVE)) {
      mover.moveAtOnce();
    } else {
      mover.move();
    }
    source.getFileSystem().watching().changedName(source);
    target.getFileSystem().watching().changedName(target);
  }

  private void moveAtOnce() throws IOException {
    try {
      rename();
    } catch (AfsException.CrossVolume | AfsException.CrossDirectoryLink e) {
      throw new AtomicMoveNotSupportedException(
          source.toString(), target.toString(), e.getMessage());
    } catch (AfsException e) {
      throw Failures.of(e, source, target);
    }
  }

  private void rename() throws AfsException {
    AfsFileSystem fileSystem = source.getFileSystem();
    if (fileSystem.client() != target.getFileSystem().client()) {
      throw new AfsException.CrossVolume("they are of different clients");
    }
    fileSystem.client().rename(fileSystem.caller(), source.inClient(), target.inClient());
  }

  private void move() throws IOException {
    FileStatus moved = source.getFileSystem().stat(source, FinalLink.KEEP);
    Optional<FileStatus> there = target.getFileSystem().statIfExists(target, FinalLink.KEEP);
    if (there.isPresent()) {
      if (there.get().fid().equals(moved.fid())) {
        return; // also two names of one file: both stay
      }
      if (!options.has(StandardCopyOption.REPLACE_EXISTING)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      if (target.startsWith(source)) {
        throw new FileSystemException(
            source.toString(), target.toString(), "cannot be moved into itself");
      }
      if (!Copier.isWhole(moved) || !Copier.isWhole(there.get())) {
        if (!Copier.isWhole(moved) && !isOfOneVolume(moved.fid(), there.get().fid())) {
          requireEmpty(); // else it cannot be moved there, and the target is not to go
        }
        TreeChanger.delete(target); // a rename replaces files by files only
      }
    }
    try {
      rename();
    } catch (AfsException.CrossVolume | AfsException.CrossDirectoryLink e) {
      copyAndDelete(moved);
    } catch (AfsException e) {
      throw Failures.of(e, source, target);
    }
  }

  private static boolean isOfOneVolume(Fid one, Fid other) {
    return one.volume() == other.volume() && one.cell().equals(other.cell());
  }

  private void copyAndDelete(FileStatus moved) throws IOException {
    if (!Copier.isWhole(moved)) {
      requireEmpty();
    }
    EnumSet<StandardCopyOption> copying = EnumSet.of(StandardCopyOption.COPY_ATTRIBUTES);
    if (options.has(StandardCopyOption.REPLACE_EXISTING)) {
      copying.add(StandardCopyOption.REPLACE_EXISTING);
    }
    Copier.copy(source, target, new Options.Copying(copying, FinalLink.KEEP));
    TreeChanger.delete(source);
  }

  private void requireEmpty() throws IOException {
    AfsFileSystem fileSystem = source.getFileSystem();
    boolean empty =
        Failures.call(
            source,
            () -> {
              try (AfsDirectory directory =
                  fileSystem.client().openDirectory(fileSystem.caller(), source.inClient())) {
                return directory.entries().isEmpty();
              }
            });
    if (!empty) {
      throw new DirectoryNotEmptyException(source.toString());
    }
  }
}
