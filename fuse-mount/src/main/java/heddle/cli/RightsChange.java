package heddle.cli;

import heddle.afs.AccessList;
import heddle.afs.AccessList.Half;
import heddle.afs.AccessRights;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What {@code fs setacl} is to do with the rights of one user or group.
 *
 * <p>Protocol source: OpenAFS src/venus/fs.c, Convert and ChangeList (behaviour).
 */
record RightsChange(String name, AccessRights rights, How how) {
  /** What the rights given do to those that are there. */
  enum How {
    REPLACE,
    ADD,
    TAKE
  }

  /** Reads rights as {@code rl}, {@code write}, {@code rl+}, {@code w-} or {@code none}. */
  static Optional<RightsChange> parse(String name, String text) {
    How how =
        switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
          case '+' -> How.ADD;
          case '-' -> How.TAKE;
          default -> How.REPLACE;
        };
    boolean hasSign = how != How.REPLACE || text.endsWith("=");
    return AccessRights.parse(hasSign ? text.substring(0, text.length() - 1) : text)
        .map(rights -> new RightsChange(name, rights, how));
  }

  /** Returns the text that an argument's bytes are. */
  static String text(String argument) {
    return new String(RawArguments.toBytes(argument), StandardCharsets.UTF_8);
  }

  /** Returns the list with the change made; one that changes nothing adds no entry. */
  AccessList applyTo(AccessList list, Half half) {
    Optional<AccessRights> before = list.rights(half, name);
    AccessRights after =
        switch (how) {
          case REPLACE -> rights;
          case ADD -> before.orElse(AccessRights.NONE).with(rights);
          case TAKE -> before.orElse(AccessRights.NONE).without(rights);
        };
    return before.isEmpty() && after.bits() == 0 ? list : list.with(half, name, after);
  }
}
