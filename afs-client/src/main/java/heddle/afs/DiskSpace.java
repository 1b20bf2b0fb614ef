package heddle.afs;

import java.nio.file.Path;

/**
 * Where file data are kept on disk, and how much room they may take.
 *
 * <p>One client at a time uses a directory; another one keeps its data in memory only, and says so
 * in the log. The files are for this user alone, and not encrypted.
 *
 * @param directory is made if need be; best on a local disk, and never inside what is mounted
 * @param maxBytes greatest room, about; at least 1 MiB
 */
public record DiskSpace(Path directory, long maxBytes) {
  private static final long LEAST_BYTES = 1 << 20;

  /** Checks what was given. */
  public DiskSpace {
    if (maxBytes < LEAST_BYTES) {
      throw new IllegalArgumentException("too small for a cache on disk: " + maxBytes);
    }
  }
}
