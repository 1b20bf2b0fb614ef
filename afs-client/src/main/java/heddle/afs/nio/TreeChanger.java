package heddle.afs.nio;

import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.StatusUpdate;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.ProviderMismatchException;

/** Makes and removes names. */
final class TreeChanger {
  private TreeChanger() {}

  private static AfsFileSystem writable(CellPath path) {
    path.getFileSystem().requireWritable();
    return path.getFileSystem();
  }

  /** Makes a directory. */
  static void createDirectory(CellPath path, StatusUpdate initial) throws IOException {
    AfsFileSystem fileSystem = writable(path);
    Failures.run(
        path,
        () -> fileSystem.client().makeDirectory(fileSystem.caller(), path.inClient(), initial));
    fileSystem.watching().changedName(path);
  }

  /** Makes a symbolic link; an absolute target is stored as all clients of AFS understand it. */
  static void createSymbolicLink(CellPath link, CellPath target) throws IOException {
    byte[] bytes = target.isAbsolute() ? target.getFileSystem().linkTarget(target) : target.bytes();
    createSymbolicLink(link, bytes);
  }

  /** Makes a symbolic link. */
  static void createSymbolicLink(CellPath link, byte[] target) throws IOException {
    AfsFileSystem fileSystem = writable(link);
    Failures.run(
        link,
        () -> fileSystem.client().makeSymbolicLink(fileSystem.caller(), link.inClient(), target));
    fileSystem.watching().changedName(link);
  }

  /** Gives a file one more name. */
  static void createLink(CellPath link, CellPath existing) throws IOException {
    AfsFileSystem fileSystem = writable(link);
    if (existing.getFileSystem() != fileSystem) {
      throw new ProviderMismatchException(existing + " is in another file system");
    }
    Failures.run(
        link,
        existing,
        () -> fileSystem.client().link(fileSystem.caller(), existing.inClient(), link.inClient()));
    fileSystem.watching().changedName(link);
  }

  /** Removes a name: of a file, a link or an empty directory. */
  static void delete(CellPath path) throws IOException {
    AfsFileSystem fileSystem = writable(path);
    AfsPath inClient = path.inClient();
    try {
      fileSystem.client().remove(fileSystem.caller(), inClient);
    } catch (AfsException.IsADirectory e) {
      deleteDirectory(path, inClient);
    } catch (AfsException e) {
      throw Failures.of(e, path, null);
    }
    fileSystem.watching().changedName(path);
  }

  private static void deleteDirectory(CellPath path, AfsPath inClient) throws IOException {
    AfsFileSystem fileSystem = path.getFileSystem();
    try {
      fileSystem.client().removeDirectory(fileSystem.caller(), inClient);
    } catch (AfsException.NotADirectory e) {
      throw new FileSystemException(path.toString(), null, "is a mount point");
    } catch (AfsException e) {
      throw Failures.of(e, path, null);
    }
  }
}
