package heddle.afs.lock;

import heddle.afs.LockOwner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which owners of locks wait for which others, over all files of a client. Not thread-safe.
 *
 * <p>Whom an owner waits for is asked for at the moment of looking, so it is never out of date.
 */
final class WaitsFor {
  private final Map<LockOwner, List<Supplier<Set<LockOwner>>>> waits = new HashMap<>();

  /** Returns whether one of {@code blockers} waits, over others perhaps, for {@code owner}. */
  boolean isCircle(LockOwner owner, Collection<LockOwner> blockers) {
    Set<LockOwner> seen = new HashSet<>(blockers);
    Deque<LockOwner> left = new ArrayDeque<>(seen);
    while (!left.isEmpty()) {
      LockOwner next = left.poll();
      if (next.equals(owner)) {
        return true;
      }
      for (Supplier<Set<LockOwner>> wait : waits.getOrDefault(next, List.of())) {
        wait.get().stream().filter(seen::add).forEach(left::add);
      }
    }
    return false;
  }

  /** {@code owner} waits from now on for those whom {@code blockers} tells of. */
  void begin(LockOwner owner, Supplier<Set<LockOwner>> blockers) {
    waits.computeIfAbsent(owner, key -> new ArrayList<>()).add(blockers);
  }

  /** That wait is over. */
  void end(LockOwner owner, Supplier<Set<LockOwner>> blockers) {
    waits.computeIfPresent(
        owner,
        (key, all) -> {
          all.remove(blockers);
          return all.isEmpty() ? null : all;
        });
  }
}
