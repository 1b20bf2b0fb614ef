package heddle.afs.cache;

import java.io.IOException;
import java.util.function.Consumer;

/** A walk through all chunks on disk, in steps. Not thread-safe. */
interface DiskScan extends AutoCloseable {
  /**
   * A chunk on disk.
   *
   * @param length bytes of its file
   * @param usedMillis when it was used last, about
   */
  record Found(DiskSlot slot, int length, long usedMillis) {}

  /** Shows at most {@code max} more files; returns whether there may be still more. */
  boolean step(int max, Consumer<Found> found) throws IOException;

  @Override
  void close();
}
