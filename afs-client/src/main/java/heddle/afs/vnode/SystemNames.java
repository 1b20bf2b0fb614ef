package heddle.afs.vnode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code @sys} at the end of a name stands for; can be changed at any time. Thread-safe.
 *
 * <p>Protocol source: OpenAFS doc/man-pages/pod1/fs_sysname.pod.
 */
final class SystemNames {
  private static final byte[] VARIABLE = "@sys".getBytes(StandardCharsets.US_ASCII);

  private volatile List<String> names;

  SystemNames(List<String> names) {
    this.names = List.copyOf(names);
  }

  List<String> names() {
    return names;
  }

  void set(List<String> newNames) {
    names = List.copyOf(newNames);
  }

  /** Returns whether a name stands for others. */
  static boolean isVariable(byte[] name) {
    int start = name.length - VARIABLE.length;
    return start >= 0 && Arrays.equals(name, start, name.length, VARIABLE, 0, VARIABLE.length);
  }

  /** Returns the names that a variable one stands for, in order. */
  List<byte[]> expand(byte[] name) {
    List<byte[]> expanded = new ArrayList<>();
    int prefix = name.length - VARIABLE.length;
    for (String each : names) {
      byte[] suffix = each.getBytes(StandardCharsets.UTF_8);
      byte[] whole = Arrays.copyOf(name, prefix + suffix.length);
      System.arraycopy(suffix, 0, whole, prefix, suffix.length);
      expanded.add(whole);
    }
    return expanded;
  }
}
