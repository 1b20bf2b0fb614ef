package heddle.afs.cache;

/**
 * Bytes of a file, from {@code start} on, up to but without {@code end}; at least one.
 *
 * @param start first byte
 * @param end byte after the last
 */
public record ByteRange(long start, long end) {
  /** Refuses what is no range. */
  public ByteRange {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException("no range: " + start + " to " + end);
    }
  }

  /** Returns the number of bytes. */
  public long length() {
    return end - start;
  }
}
