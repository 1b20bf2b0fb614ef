package heddle.afs.rpc;

/**
 * What a file server or client can do beyond the oldest protocol.
 *
 * <p>Protocol source: OpenAFS src/fsint/common.xg, Capabilities.
 *
 * @param bits the first word; the others have no meaning yet and are dropped
 */
public record Capabilities(int bits) {
  /** Error codes are translated to the UAE table instead of being the host's own errno. */
  public static final int ERROR_TRANSLATION = 0x1;

  /** FetchData64 and StoreData64 are there. */
  public static final int FILES_64_BIT = 0x2;

  /** The write right is enough for a write lock. */
  public static final int WRITE_LOCK_ACL = 0x4;

  /** Access is decided by the access control list alone. */
  public static final int SANE_ACLS = 0x8;

  /** Greatest number of words on the wire. */
  static final int MAX_WORDS = 196;

  /** Returns whether every bit of {@code wanted} is there. */
  public boolean contains(int wanted) {
    return (bits & wanted) == wanted;
  }
}
