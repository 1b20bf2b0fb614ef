package heddle.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the kernel says of processes. */
@FunctionalInterface
public interface ProcessTable {
  /**
   * A process or thread.
   *
   * @param session id of its session
   * @param start when it was started, in ticks since the machine was
   */
  record Entry(int session, long start) {}

  /** Returns what is known of a process or thread; empty if there is none of that number. */
  Optional<Entry> find(int pid);

  /** Returns the table of this machine. */
  static ProcessTable ofKernel() {
    return pid -> {
      try {
        return parse(
            new String(
                Files.readAllBytes(Path.of("/proc/" + pid + "/stat")),
                StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        return Optional.empty();
      }
    };
  }

  /**
   * Reads a line of {@code /proc/PID/stat}: number, name in parentheses, state, parent, group,
   * session, ..., start as the 22nd field.
   */
  static Optional<Entry> parse(String line) {
    String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1);
    try {
      return fields.length > 19
          ? Optional.of(new Entry(Integer.parseInt(fields[3]), Long.parseLong(fields[19])))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the session that a process of a user is in. It is told from an earlier one of the same
   * number by the time when its first process was started; a session whose first process has ended
   * cannot be told from others, and counts as none.
   */
  default Optional<Owner.Session> session(int uid, int pid) {
    return find(pid)
        .filter(process -> process.session() > 0)
        .flatMap(
            process ->
                find(process.session())
                    .map(first -> new Owner.Session(uid, process.session(), first.start())));
  }
}
