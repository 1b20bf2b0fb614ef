package heddle.afs;

/**
 * A set of AFS rights, as the bits of the protocol: read 1, write 2, insert 4, lookup 8, delete 16,
 * lock 32, administer 64.
 *
 * <p>Protocol source: OpenAFS src/libacl/prs_fs.h.
 */
public record AccessRights(int bits) {
  public static final int READ = 1;
  public static final int WRITE = 2;
  public static final int INSERT = 4;
  public static final int LOOKUP = 8;
  public static final int DELETE = 16;
  public static final int LOCK = 32;
  public static final int ADMINISTER = 64;

  /** Returns whether every right in {@code wanted} is there. */
  public boolean contains(int wanted) {
    return (bits & wanted) == wanted;
  }
}
