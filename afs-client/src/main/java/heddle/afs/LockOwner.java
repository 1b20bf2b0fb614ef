package heddle.afs;

/**
 * Who holds a lock. Two owners of one kind exclude each other; those of different kinds do not see
 * each other's locks, as {@code fcntl} and {@code flock} of Linux do not.
 *
 * @param kind how it locks
 * @param id tells owners of one kind apart, all over a client
 */
public record LockOwner(Kind kind, long id) {
  /** Two kinds of locks. */
  public enum Kind {
    /** Ranges of bytes, of a process: {@code fcntl}. */
    RANGES,
    /** A whole file, of an open file: {@code flock}. */
    WHOLE_FILE
  }

  /** Returns a process, or whoever else locks ranges. */
  public static LockOwner ofRanges(long id) {
    return new LockOwner(Kind.RANGES, id);
  }

  /** Returns an open file, or whoever else locks whole files. */
  public static LockOwner ofWholeFiles(long id) {
    return new LockOwner(Kind.WHOLE_FILE, id);
  }
}
