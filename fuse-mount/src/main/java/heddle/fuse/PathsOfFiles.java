package heddle.fuse;

import heddle.afs.Fid;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Under which paths the kernel knows each file: several where it has several names, or its volume
 * is mounted at several places. Thread-safe.
 */
final class PathsOfFiles {
  private final ConcurrentHashMap<Fid, Set<String>> paths = new ConcurrentHashMap<>();

  void add(Fid file, String path) {
    paths.compute(
        file,
        (key, known) -> {
          Set<String> all = known == null ? ConcurrentHashMap.newKeySet(1) : known;
          all.add(path);
          return all;
        });
  }

  void remove(Fid file, String path) {
    paths.computeIfPresent(
        file,
        (key, known) -> {
          known.remove(path);
          return known.isEmpty() ? null : known;
        });
  }

  /** Returns what may change meanwhile. */
  Set<String> of(Fid file) {
    return paths.getOrDefault(file, Set.of());
  }
}
