package heddle.fuse;

import heddle.afs.auth.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * On whose behalf files are to be removed that libfuse has hidden because they were open when their
 * name was removed: it removes them at the last release, a request of nobody's. Thread-safe.
 */
final class HiddenNames {
  private final ConcurrentHashMap<String, Caller> removers = new ConcurrentHashMap<>();

  /** The file at {@code path} is hidden there for {@code caller}. */
  void note(String path, Caller caller) {
    removers.put(path, caller);
  }

  /** Returns who had it hidden, once. */
  Optional<Caller> forget(String path) {
    return Optional.ofNullable(removers.remove(path));
  }

  /**
   * What was at one path is at another now, with all that is below it. A hidden file that somebody
   * has moved himself is removed on nobody's behalf.
   */
  void moved(String from, String to) {
    if (removers.isEmpty()) {
      return;
    }
    removers.remove(from);
    removers.remove(to);
    String below = from + "/";
    for (Map.Entry<String, Caller> each : List.copyOf(removers.entrySet())) {
      if (each.getKey().startsWith(below) && removers.remove(each.getKey(), each.getValue())) {
        removers.put(to + each.getKey().substring(from.length()), each.getValue());
      }
    }
  }
}
