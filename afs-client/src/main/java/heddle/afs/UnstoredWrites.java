package heddle.afs;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was written to a file and is not on its server, to be kept elsewhere: first the file is cut
 * off, then the ranges are written, then it is at least so long.
 */
public interface UnstoredWrites {
  /** The file is not cut off. */
  long NOT_TRUNCATED = Long.MAX_VALUE;

  /** It is not known which version of the server's data they lie over. */
  long UNKNOWN_VERSION = -1;

  /**
   * Bytes of the file.
   *
   * @param start first byte
   * @param end byte after the last
   */
  record Range(long start, long end) {}

  /** What is known of the writes without the data. Returns the file. */
  Fid fid();

  /** Returns the version of the data that they lie over, as far as the client knows. */
  long dataVersion();

  /** Returns where the file is cut off, or {@link #NOT_TRUNCATED}. */
  long truncatedTo();

  /** Returns how long the file is at least, in bytes. */
  long grownTo();

  /** Returns when they were made. */
  Instant modified();

  /** Returns who wrote, for people. */
  String writer();

  /** Returns whom the servers took the writer for, as {@code user@REALM}; empty for anybody. */
  Optional<String> principal();

  /** Returns why they are not stored, for people. */
  String reason();

  /** Returns which bytes were written, in their order; none meet. */
  List<Range> ranges();

  /** Fills {@code target} with written bytes from {@code offset} on. */
  void read(ByteBuffer target, long offset);
}
