package heddle.afs.kept;

import heddle.afs.Fid;
import heddle.afs.UnstoredWrites;
import java.time.Instant;

/**
 * What is known of data that were kept.
 *
 * @param fid the file that they belong to
 * @param root name of the volume that the path begins in; empty if it begins with a cell
 * @param path as it was written through, bytes as characters of the same numbers; empty if unknown
 * @param dataVersion of the server's data that they lie over, or {@link
 *     UnstoredWrites#UNKNOWN_VERSION}
 * @param truncatedTo where the file is cut off first, or {@link UnstoredWrites#NOT_TRUNCATED}
 * @param grownTo how long the file is at least, in bytes
 * @param modified when they were written
 * @param kept when they were kept
 * @param writer who wrote, for people
 * @param principal whom the servers took the writer for, as {@code user@REALM}; empty for anybody
 * @param reason why they were not stored, for people
 */
public record KeptWrites(
    Fid fid,
    String root,
    String path,
    long dataVersion,
    long truncatedTo,
    long grownTo,
    Instant modified,
    Instant kept,
    String writer,
    String principal,
    String reason) {
  /** Where a path leads. */
  public record Place(String root, String path) {}

  /** Describes {@code writes}. */
  static KeptWrites of(UnstoredWrites writes, Place place, Instant now) {
    return new KeptWrites(
        writes.fid(),
        place.root(),
        place.path(),
        writes.dataVersion(),
        writes.truncatedTo(),
        writes.grownTo(),
        writes.modified(),
        now,
        writes.writer(),
        writes.principal().orElse(""),
        writes.reason());
  }

  /** Returns whether nothing of the server's data shows through. */
  public boolean isWhole() {
    return truncatedTo == 0;
  }
}
