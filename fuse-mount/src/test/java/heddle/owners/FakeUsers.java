package heddle.owners;

import heddle.afs.AfsException;
import heddle.afs.CellUsers;
import heddle.afs.auth.Caller;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cell with the users alice (1), bob (2) and carol (3), of whom this machine has two. */
final class FakeUsers implements CellUsers, LocalUsers {
  static final String CELL = "test.example";

  /** What is done before each answer about names. */
  interface Hook {
    void run() throws AfsException;
  }

  final List<List<Integer>> asked = new CopyOnWriteArrayList<>();
  volatile Hook before = () -> {};
  volatile boolean unknowable; // the users of this machine
  volatile String unknowableName = "";
  private static final Map<Integer, String> NAMES = Map.of(1, "alice", 2, "bob", 3, "carol");

  /** What who has no token for the cell is told by somebody on the way. */
  volatile Map<Integer, String> forged = NAMES;

  final List<Caller> askedByName = new CopyOnWriteArrayList<>();
  final List<Caller> askedById = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> local = Map.of("alice", 1001, "bob", 1002, "root", 0);

  @Override
  public Map<Integer, String> names(Caller caller, String cell, Collection<Integer> ids)
      throws AfsException {
    askedById.add(caller);
    asked.add(List.copyOf(ids));
    before.run();
    Map<Integer, String> found = new HashMap<>(names(caller));
    found.keySet().retainAll(ids);
    return found;
  }

  private Map<Integer, String> names(Caller caller) {
    return caller.token(CELL).isPresent() ? NAMES : forged;
  }

  @Override
  public Map<String, Integer> ids(Caller caller, String cell, Collection<String> wanted) {
    askedByName.add(caller);
    Map<String, Integer> found = new HashMap<>();
    names(caller).forEach((id, name) -> found.put(name, id));
    found.keySet().retainAll(wanted);
    return found;
  }

  @Override
  public OptionalInt number(String name) throws IOException {
    requireKnowable();
    if (name.equals(unknowableName)) {
      throw new IOException("for a test");
    }
    Integer number = local.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  @Override
  public Optional<String> name(int number) throws IOException {
    requireKnowable();
    return local.entrySet().stream()
        .filter(each -> each.getValue() == number)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private void requireKnowable() throws IOException {
    if (unknowable) {
      throw new IOException("for a test");
    }
  }
}
