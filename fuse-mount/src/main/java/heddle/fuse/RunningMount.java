package heddle.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * A mount of a heddle, this or another process, as one sees it from outside.
 *
 * @param point where it is mounted
 * @param owner number of the user who mounted, as the kernel has it
 */
public record RunningMount(Path point, int owner) {
  /** The attribute of a mount's root that names its control socket. */
  static final String CONTROL_ATTRIBUTE = "user.heddle.control";

  private static final int MAX_VALUE_BYTES = 4096;
  private static final int ECONNABORTED = 103;
  private static final int ENOTCONN = 107;

  /**
   * Returns all that this process can see, in the order of mounting.
   *
   * @throws MountException if the table of mounts cannot be read
   */
  public static List<RunningMount> all() throws MountException {
    try {
      return MountTable.read().heddles();
    } catch (IOException e) {
      throw new MountException("the table of mounts cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the one that {@code path} is the mount point of.
   *
   * @throws MountException if nothing of heddle is mounted there
   */
  public static RunningMount at(Path path) throws MountException {
    Path real = MountPoint.real(path);
    return all().stream()
        .filter(mount -> mount.point.equals(real))
        .reduce((lower, upper) -> upper)
        .orElseThrow(
            () ->
                new MountException(
                    "nothing of heddle is mounted on "
                        + PathBytes.shown(path)
                        + "; heddle status tells what is"));
  }

  /**
   * Returns whether the process that served a mount there is gone, and left it behind. Asks for
   * what the kernel does not keep and the process knows without a server.
   */
  public static boolean isDead(Path point) {
    if (askForControl(point, Memory.allocateDirect(Runtime.getSystemRuntime(), 1), 0) >= 0) {
      return false;
    }
    int error = LastError.getLastError(Runtime.getSystemRuntime());
    return error == ENOTCONN || error == ECONNABORTED;
  }

  private static long askForControl(Path point, Pointer value, long size) {
    return FuseLibrary.loadC()
        .getxattr(
            NativeStrings.of(PathBytes.of(point)),
            NativeStrings.of(CONTROL_ATTRIBUTE.getBytes(StandardCharsets.US_ASCII)),
            value,
            size);
  }

  /**
   * Returns the name of its control socket; empty if it has none, or this user may not use the
   * mount. Blocks for the process that serves the mount, not for servers.
   */
  public Optional<Path> controlSocket() {
    Pointer value = Memory.allocateDirect(Runtime.getSystemRuntime(), MAX_VALUE_BYTES, true);
    long length = askForControl(point, value, MAX_VALUE_BYTES);
    if (length <= 0) {
      return Optional.empty();
    }
    byte[] bytes = new byte[(int) length];
    value.get(0, bytes, 0, bytes.length);
    return Optional.of(PathBytes.toPath(bytes));
  }
}
