package heddle.afs;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file: keeps the identity that opened it. Thread-safe. */
public interface AfsFile extends AutoCloseable {
  Fid fid();

  /** Returns the status, from the cache while its callback promise stands; else blocks for the server. */
  FileStatus status() throws IOException;

  /**
   * Fills {@code target} from {@code offset} on (bytes); returns the number of bytes read, less than
   * asked for only at the end of the file, 0 at or beyond it. Blocks until all are there.
   */
  int read(ByteBuffer target, long offset) throws IOException;

  @Override
  void close();
}
