package heddle.afs.cache;

import heddle.afs.Fid;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which chunks are on disk, how much room they take, and which was used least lately. Pure
 * bookkeeping. Not thread-safe.
 */
final class DiskIndex {
  /** File systems give room in blocks; about one goes to the file itself. */
  private static final int BLOCK_BYTES = 4096;

  private final int maxFiles;
  private final long maxBytes;
  private Map<DiskSlot, Integer> files = new LinkedHashMap<>(16, 0.75f, true); // bytes, by use
  private long bytes;

  DiskIndex(int maxFiles, long maxBytes) {
    this.maxFiles = maxFiles;
    this.maxBytes = maxBytes;
  }

  /** Returns whether the chunk is there; that counts as a use. */
  boolean use(DiskSlot slot) {
    return files.get(slot) != null;
  }

  /** Returns the room that all take. */
  long bytes() {
    return bytes;
  }

  /** Takes note of a file of {@code length} bytes, in place of one that may have been there. */
  void add(DiskSlot slot, int length) {
    int room = (length / BLOCK_BYTES + 1) * BLOCK_BYTES;
    Integer before = files.put(slot, room);
    bytes += room - (before == null ? 0 : before);
  }

  void remove(DiskSlot slot) {
    Integer room = files.remove(slot);
    if (room != null) {
      bytes -= room;
    }
  }

  /** Adds what was found on the disk, oldest first, as used before all that is known. */
  void addOlder(List<DiskScan.Found> found) {
    Map<DiskSlot, Integer> newer = files;
    files = new LinkedHashMap<>(2 * (found.size() + newer.size()), 0.75f, true);
    bytes = 0;
    found.forEach(each -> add(each.slot(), each.length()));
    newer.forEach(
        (slot, room) -> {
          remove(slot);
          files.put(slot, room);
          bytes += room;
        });
  }

  /** Removes and returns the chunk that was used least lately, if there are too many. */
  Optional<DiskSlot> evict() {
    if (files.isEmpty() || (bytes <= maxBytes && files.size() <= maxFiles)) {
      return Optional.empty();
    }
    DiskSlot eldest = files.keySet().iterator().next();
    remove(eldest);
    return Optional.of(eldest);
  }

  /** Removes and returns the chunks of all such files. */
  List<DiskSlot> forget(Predicate<Fid> which) {
    List<DiskSlot> forgotten = new ArrayList<>();
    Iterator<Map.Entry<DiskSlot, Integer>> each = files.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<DiskSlot, Integer> entry = each.next();
      if (which.test(entry.getKey().fid())) {
        forgotten.add(entry.getKey());
        bytes -= entry.getValue();
        each.remove();
      }
    }
    return forgotten;
  }
}
