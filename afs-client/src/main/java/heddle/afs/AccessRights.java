package heddle.afs;

import java.util.Optional;

/**
 * A set of AFS rights, as the bits of the protocol: read 1, write 2, insert 4, lookup 8, delete 16,
 * lock 32, administer 64; and eight that servers keep for whatever a site means by them.
 *
 * <p>Protocol source: OpenAFS src/libacl/prs_fs.h; doc/man-pages/pod1/fs_setacl.pod.in (letters).
 */
public record AccessRights(int bits) {
  public static final int READ = 1;
  public static final int WRITE = 2;
  public static final int INSERT = 4;
  public static final int LOOKUP = 8;
  public static final int DELETE = 16;
  public static final int LOCK = 32;
  public static final int ADMINISTER = 64;

  private static final String LETTERS = "rlidwkaABCDEFGH";
  private static final int[] BITS = {
    READ,
    LOOKUP,
    INSERT,
    DELETE,
    WRITE,
    LOCK,
    ADMINISTER,
    1 << 24,
    1 << 25,
    1 << 26,
    1 << 27,
    1 << 28,
    1 << 29,
    1 << 30,
    1 << 31
  };

  /** No right at all. */
  public static final AccessRights NONE = new AccessRights(0);

  /**
   * Reads rights as people write them: letters, or one of the words {@code read}, {@code write},
   * {@code mail}, {@code all} and {@code none}. Empty if it is neither.
   */
  public static Optional<AccessRights> parse(String text) {
    return switch (text) {
      case "read" -> letters("rl");
      case "write" -> letters("rlidwk");
      case "mail" -> letters("lik");
      case "all" -> letters("rlidwka");
      case "none" -> Optional.of(NONE);
      default -> letters(text);
    };
  }

  private static Optional<AccessRights> letters(String text) {
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      int index = LETTERS.indexOf(text.charAt(i));
      if (index < 0) {
        return Optional.empty();
      }
      bits |= BITS[index];
    }
    return Optional.of(new AccessRights(bits));
  }

  /** Returns the letters of these rights in their usual order, as {@code rlidwka}. */
  public String letters() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < BITS.length; i++) {
      if (contains(BITS[i])) {
        text.append(LETTERS.charAt(i));
      }
    }
    return text.toString();
  }

  /** Returns these rights and those. */
  public AccessRights with(AccessRights more) {
    return new AccessRights(bits | more.bits);
  }

  /** Returns these rights without those. */
  public AccessRights without(AccessRights fewer) {
    return new AccessRights(bits & ~fewer.bits);
  }

  /** Returns whether every right in {@code wanted} is there. */
  public boolean contains(int wanted) {
    return (bits & wanted) == wanted;
  }
}
