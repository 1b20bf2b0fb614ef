package heddle.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** CPU time of processes, user and system together, in nanoseconds; exact to about 10 ms. */
final class ProcessCpu {
  private static final long TICK_NANOS = 10_000_000; // USER_HZ is 100 wherever Linux runs a JVM
  private static final int USER_TICKS = 11; // fields of stat behind the name
  private static final int SYSTEM_TICKS = 12;
  private static final int CHILD_USER_TICKS = 13;
  private static final int CHILD_SYSTEM_TICKS = 14;

  private ProcessCpu() {}

  /** Returns what this process has used. */
  static long ownNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /** Returns what another process has used; nothing where there is no /proc, or no such process. */
  static OptionalLong nanosOf(long pid) {
    return ticks(Path.of("/proc", String.valueOf(pid), "stat"), USER_TICKS, SYSTEM_TICKS);
  }

  /** Returns what the children of this process have used that have ended. */
  static OptionalLong endedChildrenNanos() {
    return ticks(Path.of("/proc/self/stat"), CHILD_USER_TICKS, CHILD_SYSTEM_TICKS);
  }

  private static OptionalLong ticks(Path stat, int userField, int systemField) {
    try {
      String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      long ticks = Long.parseLong(fields[userField]) + Long.parseLong(fields[systemField]);
      return OptionalLong.of(ticks * TICK_NANOS);
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty();
    }
  }
}
