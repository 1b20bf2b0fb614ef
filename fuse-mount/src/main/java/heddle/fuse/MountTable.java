package heddle.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted in this process's mount namespace, from {@code /proc/self/mountinfo}: reading it
 * touches no file system that may hang.
 *
 * @param entries in the order of mounting
 */
record MountTable(List<Entry> entries) {
  static final Path FILE = Path.of("/proc/self/mountinfo");

  /**
   * One mount.
   *
   * @param id unique while mounted
   * @param mountPoint its path, bytes as characters of the same number
   * @param type of the file system, as {@code fuse.heddle}
   * @param options of the file system, as {@code rw,user_id=1000,group_id=1000}
   */
  record Entry(int id, String mountPoint, String type, String options) {
    private static final String OWNER = "user_id=";

    boolean isHeddle() {
      return type.equals("fuse.heddle");
    }

    /** Returns the number of the user who mounted, as FUSE has it. */
    Optional<Integer> owner() {
      return Arrays.stream(options.split(",", -1))
          .filter(option -> option.matches(OWNER + "\\d{1,10}"))
          .map(option -> (int) Long.parseLong(option.substring(OWNER.length())))
          .findFirst();
    }
  }

  static MountTable read() throws IOException {
    return parse(Files.readAllBytes(FILE));
  }

  /**
   * Reads lines of {@code ID PARENT DEV ROOT MOUNTPOINT OPTIONS [FIELDS] - TYPE SOURCE OPTIONS}.
   */
  static MountTable parse(byte[] mountInfo) {
    var entries = new ArrayList<Entry>();
    for (String line : text(mountInfo).split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      int dash = Arrays.asList(fields).indexOf("-");
      if (fields.length > 5 && dash > 5 && dash + 1 < fields.length) {
        String options = dash + 3 < fields.length ? fields[dash + 3] : "";
        entries.add(
            new Entry(Integer.parseInt(fields[0]), unescape(fields[4]), fields[dash + 1], options));
      }
    }
    return new MountTable(List.copyOf(entries));
  }

  /** White space and backslashes are {@code \NNN}, octal. */
  private static String unescape(String field) {
    var plain = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && i + 3 < field.length()) {
        plain.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(field.charAt(i));
      }
    }
    return plain.toString();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Returns the mount that one sees at {@code mountPoint}, if it is one. */
  Optional<Entry> at(byte[] mountPoint) {
    return entries.stream()
        .filter(entry -> entry.mountPoint().equals(text(mountPoint)))
        .reduce((lower, upper) -> upper);
  }

  /** Returns the mounts of heddle that can be seen: what is mounted over is not. */
  List<RunningMount> heddles() {
    var running = new ArrayList<RunningMount>();
    for (Entry entry : entries) {
      byte[] bytes = entry.mountPoint().getBytes(StandardCharsets.ISO_8859_1);
      if (entry.isHeddle() && entry.owner().isPresent() && at(bytes).equals(Optional.of(entry))) {
        running.add(new RunningMount(PathBytes.toPath(bytes), entry.owner().get()));
      }
    }
    return List.copyOf(running);
  }

  /** Returns the mount of heddle that holds what is at {@code path}, if that is what one sees. */
  Optional<MountedPath> holding(byte[] path) {
    String wanted = text(path);
    Optional<Entry> holder =
        entries.stream()
            .filter(entry -> isAtOrBelow(wanted, entry.mountPoint()))
            .reduce((a, b) -> b.mountPoint().length() >= a.mountPoint().length() ? b : a);
    return holder
        .filter(Entry::isHeddle)
        .filter(entry -> entry.owner().isPresent())
        .map(
            entry -> {
              byte[] point = entry.mountPoint().getBytes(StandardCharsets.ISO_8859_1);
              var mount = new RunningMount(PathBytes.toPath(point), entry.owner().orElseThrow());
              return MountedPath.of(mount, point, path);
            });
  }

  private static boolean isAtOrBelow(String path, String point) {
    return point.equals("/") || path.equals(point) || path.startsWith(point + "/");
  }

  boolean contains(int id) {
    return entries.stream().anyMatch(entry -> entry.id() == id);
  }
}
