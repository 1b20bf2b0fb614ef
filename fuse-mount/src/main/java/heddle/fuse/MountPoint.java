package heddle.fuse;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a tree is to be mounted. */
final class MountPoint {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");

  private final Path path;
  private final byte[] bytes;

  private MountPoint(Path path, byte[] bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  /**
   * Checks that {@code given} is fit for it. What a process that was killed left mounted there is
   * taken away.
   *
   * @throws MountException with what to do
   */
  static MountPoint check(Path given) throws MountException {
    Path path = real(given);
    byte[] bytes = PathBytes.of(path);
    try {
      takeStaleAway(path, bytes);
      if (!Files.isDirectory(path)) {
        throw new MountException(
            Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? PathBytes.shown(path) + " is not a directory"
                : PathBytes.shown(path)
                    + " does not exist; make it: mkdir -p "
                    + ShellWord.of(path));
      }
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        if (entries.iterator().hasNext()) {
          throw new MountException(
              PathBytes.shown(path) + " is not empty; mount on an empty directory");
        }
      }
    } catch (AccessDeniedException e) {
      throw new MountException("no permission to use " + PathBytes.shown(path), e);
    } catch (IOException e) {
      throw new MountException(PathBytes.shown(path) + " cannot be used: " + e.getMessage(), e);
    }
    return new MountPoint(path, bytes);
  }

  /** The last name is kept as it is: on a dead mount it cannot be looked at. */
  static Path real(Path given) throws MountException {
    Path absolute = given.toAbsolutePath();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    try {
      if (parent == null
          || name == null
          || name.toString().equals(".")
          || name.toString().equals("..")
          || Files.isSymbolicLink(absolute)) {
        return absolute.toRealPath();
      }
      return parent.toRealPath().resolve(name);
    } catch (NoSuchFileException e) {
      throw new MountException(
          PathBytes.shown(given) + " does not exist; make it: mkdir -p " + ShellWord.of(given), e);
    } catch (IOException e) {
      throw new MountException(PathBytes.shown(given) + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static void takeStaleAway(Path path, byte[] bytes) throws IOException, MountException {
    var mounted = MountTable.read().at(bytes);
    if (mounted.isEmpty() || !mounted.get().type().equals("fuse.heddle")) {
      return; // somebody else's file system may well be mounted upon
    }
    if (!RunningMount.isDead(path)) {
      throw new MountException(
          "something is mounted on "
              + PathBytes.shown(path)
              + " already; unmount it: heddle umount "
              + ShellWord.of(path));
    }
    if (!new Unmounter(bytes).detach()) {
      throw new MountException(
          "a dead mount is on "
              + PathBytes.shown(path)
              + "; take it away: fusermount -uz "
              + ShellWord.of(path));
    }
    LOG.warn("took a dead mount on {} away", PathBytes.shown(path));
  }

  /** Returns the real path: no symbolic links. */
  Path path() {
    return path;
  }

  /** Returns the bytes of the path, kept since asking again would touch what is mounted there. */
  byte[] bytes() {
    return bytes;
  }
}
