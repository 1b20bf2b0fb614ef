package heddle.fuse;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the processes that keep a mount busy, by what {@code /proc} says of their open files and
 * directories: nothing of the mount itself is touched.
 */
final class MountUsers {
  private static final int ENOUGH = 10;

  private MountUsers() {}

  /** Returns up to ten users of {@code mountPoint}, as {@code name (pid)}. */
  static List<String> of(String mountPoint) {
    var users = new ArrayList<String>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (users.size() < ENOUGH && uses(process, mountPoint)) {
          users.add(name(process) + " (" + process.getFileName() + ")");
        }
      }
    } catch (IOException e) {
      return users; // it is only for people
    }
    return users;
  }

  private static boolean uses(Path process, String mountPoint) {
    if (isBelow(process.resolve("cwd"), mountPoint)
        || isBelow(process.resolve("root"), mountPoint)
        || isBelow(process.resolve("exe"), mountPoint)) {
      return true;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (isBelow(file, mountPoint)) {
          return true;
        }
      }
    } catch (IOException e) {
      return false; // gone, or not ours to look at
    }
    return false;
  }

  private static boolean isBelow(Path link, String mountPoint) {
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.equals(mountPoint) || target.startsWith(mountPoint + "/");
    } catch (IOException e) {
      return false;
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return "?";
    }
  }
}
