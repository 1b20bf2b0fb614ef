package heddle.afs.nio;

import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * A user or group by AFS id, which is also its name here: this client does not ask protection
 * servers.
 */
record AfsPrincipal(int id) implements GroupPrincipal {
  /** Finds those whose names are numbers. */
  static final UserPrincipalLookupService LOOK_UP =
      new UserPrincipalLookupService() {
        @Override
        public UserPrincipal lookupPrincipalByName(String name)
            throws UserPrincipalNotFoundException {
          return named(name);
        }

        @Override
        public GroupPrincipal lookupPrincipalByGroupName(String group)
            throws UserPrincipalNotFoundException {
          return named(group);
        }
      };

  private static AfsPrincipal named(String name) throws UserPrincipalNotFoundException {
    try {
      return new AfsPrincipal(Integer.parseInt(name));
    } catch (NumberFormatException e) {
      throw new UserPrincipalNotFoundException(name);
    }
  }

  @Override
  public String getName() {
    return Integer.toString(id);
  }

  @Override
  public String toString() {
    return getName();
  }
}
