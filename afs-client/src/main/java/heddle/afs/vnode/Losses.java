package heddle.afs.vnode;

import heddle.afs.AfsException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How often data of one file were given up, and why those of each writer. Not thread-safe. */
final class Losses {
  private static final int MAX_WRITERS = 64; // who are told; those before are forgotten

  private record Loss(AfsException cause, int number) {}

  private final Map<Holder, Loss> lastOf = new LinkedHashMap<>();
  private int count;

  /** Returns how often data were given up. */
  int count() {
    return count;
  }

  void add(Holder writer, AfsException cause) {
    count++;
    lastOf.remove(writer); // to be the last one
    lastOf.put(writer, new Loss(cause, count));
    if (lastOf.size() > MAX_WRITERS) {
      lastOf.remove(lastOf.keySet().iterator().next());
    }
  }

  /** Returns why data of {@code writer} were given up last, if {@code seen} others were before. */
  Optional<AfsException> after(int seen, Holder writer) {
    return Optional.ofNullable(lastOf.get(writer))
        .filter(loss -> loss.number() > seen)
        .map(Loss::cause);
  }
}
