package heddle.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A path that somebody gave, and the mount of heddle that holds it.
 *
 * @param mount the mount
 * @param below where it is below the mount's root, as bytes that begin with a slash
 */
public record MountedPath(RunningMount mount, byte[] below) {
  private static final Path WORKING_DIRECTORY = Path.of("/proc/self/cwd");

  /** What to do with the last name of a path. */
  public enum LastName {
    /** Follow it, if it is a symbolic link. */
    FOLLOW,
    /** Take it as it is; it need not exist. */
    KEEP
  }

  /**
   * Returns the mount that holds {@code path}, if one does. Where a part of the path cannot be
   * looked at, the rest of it is taken by name. Blocks for what holds the path.
   *
   * @throws MountException if the table of mounts cannot be read
   */
  public static Optional<MountedPath> find(Path path, LastName lastName) throws MountException {
    try {
      byte[] real = PathBytes.of(real(fromRoot(path.toAbsolutePath()), lastName));
      return MountTable.read().holding(real);
    } catch (IOException e) {
      throw new MountException("the table of mounts cannot be read: " + e.getMessage(), e);
    }
  }

  /** The kernel knows where the working directory is, though nobody may look there any more. */
  private static Path fromRoot(Path path) throws IOException {
    return path.startsWith(WORKING_DIRECTORY)
        ? Files.readSymbolicLink(WORKING_DIRECTORY).resolve(WORKING_DIRECTORY.relativize(path))
        : path;
  }

  private static Path real(Path path, LastName lastName) {
    Path parent = path.getParent();
    Path name = path.getFileName();
    if (parent == null || name == null || name.toString().matches("\\.{1,2}")) {
      return follow(path).orElseGet(path::normalize);
    }
    Optional<Path> followed = lastName == LastName.FOLLOW ? follow(path) : Optional.empty();
    return followed.orElseGet(() -> real(parent, LastName.FOLLOW).resolve(name));
  }

  private static Optional<Path> follow(Path path) {
    try {
      return Optional.of(path.toRealPath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static MountedPath of(RunningMount mount, byte[] point, byte[] path) {
    byte[] below = Arrays.copyOfRange(path, point.length == 1 ? 0 : point.length, path.length);
    return new MountedPath(mount, below.length == 0 ? new byte[] {'/'} : below);
  }
}
