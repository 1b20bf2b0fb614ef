package heddle.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the system must allow before FUSE is asked, so that a refusal can be explained. */
final class Privileges {
  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final Path CONFIGURATION = Path.of("/etc/fuse.conf");

  private Privileges() {}

  /**
   * @throws MountException if FUSE would refuse
   */
  static void check(MountOptions options) throws MountException {
    if (!Files.exists(DEVICE)) {
      throw new MountException(
          DEVICE
              + " is missing: load the module (modprobe fuse), or give the container the device"
              + " (docker run --device /dev/fuse --cap-add SYS_ADMIN)");
    }
    if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
      throw new MountException(
          "no permission to open " + DEVICE + "; as root: chmod 666 " + DEVICE);
    }
    boolean root = FuseLibrary.loadC().geteuid() == 0;
    if (!root && options.audience() == MountOptions.Audience.EVERYBODY && !usersMayShare()) {
      throw new MountException(
          "only root may mount for all users (allow_other), unless "
              + CONFIGURATION
              + " has a line \"user_allow_other\"");
    }
  }

  private static boolean usersMayShare() {
    try (Stream<String> lines = Files.lines(CONFIGURATION)) {
      return lines.anyMatch(line -> line.strip().equals("user_allow_other"));
    } catch (IOException | java.io.UncheckedIOException e) {
      return false;
    }
  }
}
