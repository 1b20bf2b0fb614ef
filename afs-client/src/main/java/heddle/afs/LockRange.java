package heddle.afs;

/**
 * Bytes of a file that are locked or to be locked; they need not be there.
 *
 * @param first offset of the first
 * @param last offset of the last; {@link Long#MAX_VALUE} for all that ever will be there
 */
public record LockRange(long first, long last) {
  /** All of a file. */
  public static final LockRange WHOLE = new LockRange(0, Long.MAX_VALUE);

  /** Checks that there is a byte in it. */
  public LockRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("no bytes from " + first + " to " + last);
    }
  }

  /** Returns whether a byte is in both. */
  public boolean overlaps(LockRange other) {
    return first <= other.last && other.first <= last;
  }

  /** Returns whether it is all of a file. */
  public boolean isWhole() {
    return equals(WHOLE);
  }
}
