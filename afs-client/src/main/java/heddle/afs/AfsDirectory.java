package heddle.afs;

import java.util.List;

/**
 * An open directory: a snapshot of its names, with statuses on demand. Thread-safe. What it throws
 * is as for {@link AfsClient}.
 */
public interface AfsDirectory extends AutoCloseable {
  /** Returns the fid of the directory. */
  Fid fid();

  /** Returns the entries without {@code .} and {@code ..}, in the directory's own order. */
  List<DirectoryEntry> entries();

  /**
   * Returns the status of an entry of this directory, mount points not crossed. Fetches the
   * statuses of its neighbours with it, many in one call and several calls at once, where that
   * saves round trips. Blocks for the server unless a callback promise stands.
   */
  FileStatus status(DirectoryEntry entry) throws AfsException;

  /** Never blocks. */
  @Override
  void close();
}
