package heddle.afs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An access control list of a directory: who has which rights, and who has not, whatever else gives
 * them to him. A name is in each half once at most. Immutable.
 *
 * <p>Protocol source: OpenAFS src/libacl/aclprocs.c (the text form of servers).
 *
 * @param normal rights that are given
 * @param negative rights that are taken away
 */
public record AccessList(List<Entry> normal, List<Entry> negative) {
  /** A list without entries. */
  public static final AccessList EMPTY = new AccessList(List.of(), List.of());

  private static final int MAX_ENTRIES = 1000; // servers keep 20

  /** One of the two halves of a list. */
  public enum Half {
    NORMAL,
    NEGATIVE
  }

  /**
   * The rights of one user or group.
   *
   * @param name the name; a number where the protection server knows none
   */
  public record Entry(String name, AccessRights rights) {
    /** Returns whether the name is a bare number: whom it meant is mostly gone. */
    public boolean isNumber() {
      return name.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    }
  }

  /** Copies what was given. */
  public AccessList {
    normal = List.copyOf(normal);
    negative = List.copyOf(negative);
  }

  /**
   * Reads a list in the form of servers: two counts, then names and rights, a line each.
   *
   * @throws AfsException.ProtocolViolation if it is none
   */
  public static AccessList parse(byte[] text) throws AfsException.ProtocolViolation {
    List<String> lines = new String(text, StandardCharsets.UTF_8).lines().toList();
    if (lines.size() < 2) {
      throw malformed(lines);
    }
    try {
      int normals = Integer.parseInt(lines.get(0).strip());
      int negatives = Integer.parseInt(lines.get(1).strip());
      if (normals < 0
          || negatives < 0
          || normals > MAX_ENTRIES
          || negatives > MAX_ENTRIES
          || 2 + normals + negatives > lines.size()) {
        throw malformed(lines);
      }
      return new AccessList(
          entries(lines.subList(2, 2 + normals)),
          entries(lines.subList(2 + normals, 2 + normals + negatives)));
    } catch (NumberFormatException e) {
      throw malformed(lines);
    }
  }

  private static List<Entry> entries(List<String> lines) throws AfsException.ProtocolViolation {
    List<Entry> entries = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length != 2) {
        throw malformed(lines);
      }
      entries.add(new Entry(fields[0], new AccessRights(Integer.parseInt(fields[1]))));
    }
    return entries;
  }

  private static AfsException.ProtocolViolation malformed(List<String> lines) {
    return new AfsException.ProtocolViolation("no access list: " + lines);
  }

  /** Returns the list in the form of servers. */
  public byte[] text() {
    StringBuilder text = new StringBuilder();
    text.append(normal.size()).append('\n').append(negative.size()).append('\n');
    Stream.concat(normal.stream(), negative.stream())
        .forEach(
            entry -> text.append(entry.name).append(' ').append(entry.rights.bits()).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the rights in one half of the name, whose case does not count. */
  public Optional<AccessRights> rights(Half half, String name) {
    return entries(half).stream()
        .filter(entry -> entry.name.equalsIgnoreCase(name))
        .map(Entry::rights)
        .findFirst();
  }

  /** Returns a copy in which the name has these rights in one half; with none it is not in it. */
  public AccessList with(Half half, String name, AccessRights rights) {
    List<Entry> changed = new ArrayList<>();
    boolean found = false;
    for (Entry entry : entries(half)) {
      boolean mine = entry.name.equalsIgnoreCase(name);
      found |= mine;
      changed.add(mine ? new Entry(entry.name, rights) : entry);
    }
    if (!found) {
      changed.addFirst(new Entry(name, rights));
    }
    changed.removeIf(entry -> entry.rights.bits() == 0);
    return half == Half.NORMAL
        ? new AccessList(changed, negative)
        : new AccessList(normal, changed);
  }

  /** Returns a copy with those entries only. */
  public AccessList keeping(Predicate<Entry> wanted) {
    return new AccessList(
        normal.stream().filter(wanted).toList(), negative.stream().filter(wanted).toList());
  }

  private List<Entry> entries(Half half) {
    return half == Half.NORMAL ? normal : negative;
  }
}
