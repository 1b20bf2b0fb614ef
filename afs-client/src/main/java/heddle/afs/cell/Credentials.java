package heddle.afs.cell;

import java.util.Set;

/**
 * As whom somebody is served.
 *
 * @param id AFS id
 * @param all the id and those of all groups that he is in
 * @param host ids of the host that he calls from, where it has any: their rights are his too
 */
record Credentials(int id, Set<Integer> all, Set<Integer> host) {
  Credentials {
    all = Set.copyOf(all);
    host = Set.copyOf(host);
  }

  Credentials(int id, Set<Integer> all) {
    this(id, all, Set.of());
  }

  /** Returns the same somebody on a host. */
  Credentials on(Set<Integer> ids) {
    return ids.isEmpty() ? this : new Credentials(id, all, ids);
  }

  boolean isAdministrator() {
    return all.contains(ProtectionDatabase.ADMINISTRATORS);
  }

  boolean isAnonymous() {
    return id == ProtectionDatabase.ANONYMOUS;
  }
}
