package heddle.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks for signals that wait for a thread while the kernel does something for it. Many programs
 * get signals all the time (timers, children, the schedulers of their languages) and would not
 * expect reading a file to fail for that; one that is about to end does not mind.
 */
final class PendingSignals {
  private static final long DEADLY =
      bit(1) | bit(2) | bit(3) | bit(9) | bit(15); // HUP, INT, QUIT, KILL, TERM

  private PendingSignals() {}

  private static long bit(int signal) {
    return 1L << (signal - 1);
  }

  /** Returns whether a signal waits for {@code thread} that is meant to end its process. */
  static boolean isEndOf(int thread) {
    if (thread <= 0) {
      return false; // not of our PID namespace
    }
    try {
      return isDeadly(Files.readString(Path.of("/proc/" + thread + "/status")));
    } catch (IOException e) {
      return true; // it has ended
    }
  }

  static boolean isDeadly(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("SigPnd:") || line.startsWith("ShdPnd:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(pending -> (pending & DEADLY) != 0);
  }
}
