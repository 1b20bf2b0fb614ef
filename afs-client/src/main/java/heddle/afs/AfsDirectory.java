package heddle.afs;

import java.io.IOException;
import java.util.List;

/** An open directory: a snapshot of its names, with statuses on demand. Thread-safe. */
public interface AfsDirectory extends AutoCloseable {
  Fid fid();

  /** Returns the entries without {@code .} and {@code ..}, in the directory's own order. */
  List<DirectoryEntry> entries();

  /**
   * Returns the status of an entry, mount points not crossed... by bulk fetch of its neighbours where
   * that saves round trips.
   */
  FileStatus status(DirectoryEntry entry) throws IOException;

  @Override
  void close();
}
