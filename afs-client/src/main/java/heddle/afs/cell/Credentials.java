package heddle.afs.cell;

import java.util.Set;

/**
 * As whom somebody is served.
 *
 * @param id AFS id
 * @param all the id and those of all groups that he is in
 */
record Credentials(int id, Set<Integer> all) {
  Credentials {
    all = Set.copyOf(all);
  }

  boolean isAdministrator() {
    return all.contains(ProtectionDatabase.ADMINISTRATORS);
  }

  boolean isAnonymous() {
    return id == ProtectionDatabase.ANONYMOUS;
  }
}
