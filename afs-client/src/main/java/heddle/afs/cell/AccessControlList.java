package heddle.afs.cell;

import java.util.List;
import java.util.Set;

/**
 * Who may do what in a directory, by ids.
 *
 * <p>Protocol source: OpenAFS src/libacl/acl.h, aclprocs.c (behaviour).
 *
 * @param normal rights that are given
 * @param negative rights that are taken away from those
 */
record AccessControlList(List<Entry> normal, List<Entry> negative) {
  /** Greatest number of entries, both halves together. */
  static final int MAX_ENTRIES = 20;

  /** The rights of a user or group. */
  record Entry(int id, int rights) {}

  AccessControlList {
    normal = List.copyOf(normal);
    negative = List.copyOf(negative);
  }

  /** Returns the rights of somebody who is all of {@code ids}. */
  int rights(Set<Integer> ids) {
    return union(normal, ids) & ~union(negative, ids);
  }

  private static int union(List<Entry> entries, Set<Integer> ids) {
    int rights = 0;
    for (Entry entry : entries) {
      rights |= ids.contains(entry.id) ? entry.rights : 0;
    }
    return rights;
  }
}
