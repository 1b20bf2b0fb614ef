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
   */
  record Entry(int id, String mountPoint, String type) {}

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
        entries.add(new Entry(Integer.parseInt(fields[0]), unescape(fields[4]), fields[dash + 1]));
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

  boolean contains(int id) {
    return entries.stream().anyMatch(entry -> entry.id() == id);
  }
}
