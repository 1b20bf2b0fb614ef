package heddle.fuse;

import heddle.fuse.FuseLibrary.C;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes mounts away: root by the system call, others through {@code fusermount}. */
public final class Unmounter {
  /** What to do about a mount that is in use. */
  public enum Force {
    /** Leave it. */
    NONE,
    /** Take it out of sight; it ends when its users are done. */
    DETACH
  }

  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");
  private static final int DETACH = 2;
  private static final int NO_FOLLOW = 8;

  private final byte[] mountPoint;
  private final C c = FuseLibrary.loadC();

  Unmounter(byte[] mountPoint) {
    this.mountPoint = mountPoint;
  }

  /**
   * Unmounts what a heddle, this or another process, has mounted on {@code mountPoint}.
   *
   * @throws MountException if nothing is, or if it cannot be unmounted
   */
  public static void unmount(Path mountPoint, Force force) throws MountException {
    Path path = MountPoint.real(mountPoint);
    byte[] bytes = PathBytes.of(path);
    boolean ours;
    try {
      ours =
          MountTable.read()
              .at(bytes)
              .map(entry -> entry.type().equals("fuse.heddle"))
              .orElse(false);
    } catch (IOException e) {
      throw new MountException("the table of mounts cannot be read: " + e.getMessage(), e);
    }
    if (!ours) {
      throw new MountException(
          "nothing of heddle is mounted on "
              + PathBytes.shown(path)
              + "; heddle status tells what is");
    }
    var unmounter = new Unmounter(bytes);
    if (unmounter.unmount() || (force == Force.DETACH && unmounter.detach())) {
      return;
    }
    List<String> users = MountUsers.of(path.toString());
    throw new MountException(
        users.isEmpty()
            ? PathBytes.shown(path) + " cannot be unmounted; is it somebody else's, or in use?"
            : PathBytes.shown(path) + " is in use by " + String.join(", ", users));
  }

  /** Unmounts if nobody uses the mount; returns whether it is gone. */
  boolean unmount() {
    return c.geteuid() == 0 ? umount2(NO_FOLLOW) : fusermount(List.of("-u"));
  }

  /** Takes the mount out of sight; who uses it may go on. Returns whether it is gone. */
  boolean detach() {
    return c.geteuid() == 0 ? umount2(NO_FOLLOW | DETACH) : fusermount(List.of("-u", "-z"));
  }

  private boolean umount2(int flags) {
    Pointer path = NativeStrings.of(mountPoint);
    return c.umount2(path, flags) == 0;
  }

  private boolean fusermount(List<String> options) {
    var command = new ArrayList<String>();
    command.add("fusermount");
    command.addAll(options);
    command.add("--");
    command.add(PathBytes.toPath(mountPoint).toString());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      return process.waitFor() == 0;
    } catch (IOException e) {
      LOG.warn("fusermount cannot be run: {}", e.getMessage());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
