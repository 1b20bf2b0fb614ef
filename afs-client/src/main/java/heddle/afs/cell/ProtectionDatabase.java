package heddle.afs.cell;

import heddle.rxrpc.security.rxkad.RxkadPrincipal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Principal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The users and groups of a cell. Thread-safe.
 *
 * <p>Protocol source: OpenAFS src/ptserver/ptserver.h, ptprocs.c, utils.c (behaviour).
 */
final class ProtectionDatabase {
  static final int ANY_USER = -101;
  static final int AUTHENTICATED_USERS = -102;
  static final int ADMINISTRATORS = -204;

  /** Who is nobody that is known. */
  static final int ANONYMOUS = 32766;

  /** All that anybody is. */
  static final Set<Integer> ANYBODY = Set.of(ANY_USER);

  /** Greatest number of bytes of a name, with the zero that closes it. */
  static final int MAX_NAME_BYTES = 64;

  private static final String SERVERS = "afs";
  private static final int FIRST_USER = 100;
  private static final int FIRST_GROUP = -1000;
  private static final int MAX_ENTRIES = 100_000;

  private final String cell;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, PrincipalEntry> entries = new TreeMap<>(); // by lock, as all here
  private final Map<String, Integer> ids = new TreeMap<>();
  private final Map<Integer, Set<Integer>> groupsOf = new TreeMap<>();
  private Optional<Keeper> keeper = Optional.empty();
  private int nextUser = FIRST_USER;
  private int nextGroup = FIRST_GROUP;

  /** Makes the database of a cell that has nobody yet but those who are everywhere. */
  ProtectionDatabase(String cell) {
    this.cell = cell;
    put(new PrincipalEntry(ANY_USER, "system:anyuser", ADMINISTRATORS, 0));
    put(new PrincipalEntry(AUTHENTICATED_USERS, "system:authuser", ADMINISTRATORS, 0));
    put(new PrincipalEntry(ADMINISTRATORS, "system:administrators", ADMINISTRATORS, 0));
    put(new PrincipalEntry(ANONYMOUS, "anonymous", ADMINISTRATORS, 0));
  }

  /** Keeps what is in the database. */
  @FunctionalInterface
  interface Keeper {
    /** Keeps these lines in place of those before. */
    void keep(List<String> lines) throws IOException;
  }

  /** Has every change kept from now on. */
  void keep(Keeper newKeeper) {
    lock.lock();
    try {
      keeper = Optional.of(newKeeper);
    } finally {
      lock.unlock();
    }
  }

  private void keepAll() {
    if (keeper.isPresent()) {
      keepAll(keeper.get());
    }
  }

  private void keepAll(Keeper where) {
    List<String> lines = new ArrayList<>();
    for (PrincipalEntry entry : entries.values()) {
      lines.add(
          "entry %d %s %d %d".formatted(entry.id(), entry.name(), entry.owner(), entry.creator()));
    }
    groupsOf.forEach(
        (user, groups) -> groups.forEach(group -> lines.add("member " + user + " " + group)));
    try {
      where.keep(lines);
    } catch (IOException e) {
      throw new UncheckedIOException("users and groups could not be kept", e);
    }
  }

  /**
   * Reads what was kept.
   *
   * @throws IOException if a line makes no sense
   */
  void restore(List<String> lines) throws IOException {
    lock.lock();
    try {
      for (String line : lines) {
        restore(line.split(" "));
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException("the list of users and groups is damaged", e);
    } finally {
      lock.unlock();
    }
  }

  private void restore(String[] words) throws IOException {
    int id = Integer.parseInt(words[1]);
    switch (words[0]) {
      case "entry" -> {
        put(
            new PrincipalEntry(
                id, words[2], Integer.parseInt(words[3]), Integer.parseInt(words[4])));
        nextUser = id == ANONYMOUS ? nextUser : Math.max(nextUser, after(id));
        nextGroup = Math.min(nextGroup, id - 1);
      }
      case "member" ->
          groupsOf.computeIfAbsent(id, key -> new HashSet<>()).add(Integer.parseInt(words[2]));
      default -> throw new IOException("the list of users and groups has a line " + words[0]);
    }
  }

  private void put(PrincipalEntry entry) {
    entries.put(entry.id(), entry);
    ids.put(entry.name(), entry.id());
  }

  /** Returns the next id that a user may have. */
  private static int after(int id) {
    return id + 1 == ANONYMOUS ? ANONYMOUS + 1 : id + 1;
  }

  /**
   * Makes a user, or returns the id of the one that has the name.
   *
   * @throws IllegalArgumentException if users cannot have the name: also that of the servers, whose
   *     tickets are those of somebody who may do everything
   */
  int addUser(String name) {
    lock.lock();
    try {
      String key = checked(name);
      if (key.equals(SERVERS)) {
        throw new IllegalArgumentException(
            "no user may be called " + name + ": that is the name of the servers");
      }
      Integer known = ids.get(key);
      if (known != null) {
        return known;
      }
      int id = nextUser;
      nextUser = after(id);
      put(new PrincipalEntry(id, key, ADMINISTRATORS, ADMINISTRATORS));
      keepAll();
      return id;
    } finally {
      lock.unlock();
    }
  }

  /** Makes a group, or returns the id of the one that has the name. */
  int addGroup(String name, int owner) {
    lock.lock();
    try {
      String key = checked(name);
      Integer known = ids.get(key);
      if (known != null) {
        return known;
      }
      int id = nextGroup--;
      put(new PrincipalEntry(id, key, owner, owner));
      keepAll();
      return id;
    } finally {
      lock.unlock();
    }
  }

  private String checked(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    if (key.isEmpty()
        || key.length() >= MAX_NAME_BYTES
        || !key.chars().allMatch(this::mayBeInName)) {
      throw new IllegalArgumentException("no name of a user or group: " + name);
    }
    if (entries.size() >= MAX_ENTRIES) {
      throw new IllegalStateException("there are " + MAX_ENTRIES + " users and groups already");
    }
    return key;
  }

  private boolean mayBeInName(int character) {
    return character > ' ' && character < 0x7f && character != '@';
  }

  /** Puts a user into a group. */
  void addMember(int user, int group) {
    lock.lock();
    try {
      groupsOf.computeIfAbsent(user, id -> new HashSet<>()).add(group);
      keepAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a user out of a group. */
  void removeMember(int user, int group) {
    lock.lock();
    try {
      groupsOf.getOrDefault(user, new HashSet<>()).remove(group);
      keepAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the id of a name; a number stands for itself. */
  OptionalInt id(String name) {
    OptionalInt id = idOfName(name);
    if (id.isPresent()) {
      return id;
    }
    try {
      return OptionalInt.of(Integer.parseInt(name));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /** Returns the id of a name. */
  OptionalInt idOfName(String name) {
    lock.lock();
    try {
      Integer id = ids.get(name.toLowerCase(Locale.ROOT));
      return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the name of an id; the number where there is none. */
  String name(int id) {
    return entry(id).map(PrincipalEntry::name).orElse(Integer.toString(id));
  }

  Optional<PrincipalEntry> entry(int id) {
    lock.lock();
    try {
      return Optional.ofNullable(entries.get(id));
    } finally {
      lock.unlock();
    }
  }

  /** Returns all entries, ordered by id. */
  List<PrincipalEntry> entries() {
    lock.lock();
    try {
      return new ArrayList<>(entries.values());
    } finally {
      lock.unlock();
    }
  }

  /** Returns the groups that a user is in, or the members of a group. */
  List<Integer> elements(int id) {
    lock.lock();
    try {
      if (id >= 0) {
        return new ArrayList<>(groupsOf.getOrDefault(id, Set.of()));
      }
      return groupsOf.entrySet().stream()
          .filter(each -> each.getValue().contains(id))
          .map(Map.Entry::getKey)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** Returns who that is and all that he is: what servers call the CPS. */
  Credentials credentials(int id) {
    Set<Integer> all = new HashSet<>();
    all.add(ANY_USER);
    all.add(id);
    if (id != ANONYMOUS) {
      all.add(AUTHENTICATED_USERS);
      all.addAll(id >= 0 ? elements(id) : List.of());
    }
    return new Credentials(id, all);
  }

  /**
   * Returns as whom a caller is served. Who has a ticket but is of another realm, or of no name
   * that is known, is anybody.
   */
  Credentials credentials(Optional<Principal> caller) {
    return caller
        .filter(RxkadPrincipal.class::isInstance)
        .map(RxkadPrincipal.class::cast)
        .map(this::credentials)
        .orElseGet(() -> credentials(ANONYMOUS));
  }

  private Credentials credentials(RxkadPrincipal principal) {
    if (principal.isSuperuser()) {
      Credentials nobody = credentials(ANONYMOUS);
      Set<Integer> all = new HashSet<>(nobody.all());
      all.add(AUTHENTICATED_USERS);
      all.add(ADMINISTRATORS);
      return new Credentials(ANONYMOUS, all);
    }
    boolean local = principal.realm().isEmpty() || principal.realm().equalsIgnoreCase(cell);
    String dot = principal.instance().isEmpty() ? "" : ".";
    OptionalInt id =
        local ? userNamed(principal.name() + dot + principal.instance()) : OptionalInt.empty();
    return credentials(id.orElse(ANONYMOUS));
  }

  /** Returns the ids of a host that has these names, and of the groups that they are in. */
  Set<Integer> idsOfHost(List<String> names) {
    lock.lock();
    try {
      Set<Integer> all = Set.of();
      for (String name : names) {
        Integer id = ids.get(name);
        if (id != null) {
          all = new HashSet<>(all);
          all.add(id);
          all.addAll(elements(id));
        }
      }
      return all;
    } finally {
      lock.unlock();
    }
  }

  private OptionalInt userNamed(String name) {
    return idOfName(name).stream().filter(id -> id > 0).findFirst();
  }
}
