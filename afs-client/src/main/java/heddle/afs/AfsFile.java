package heddle.afs;

import java.nio.ByteBuffer;

/**
 * An open file: keeps the identity that opened it. Thread-safe. What it throws is as for {@link
 * AfsClient}.
 */
public interface AfsFile extends AutoCloseable {
  /** Returns the fid of the file. */
  Fid fid();

  /**
   * Returns the status, from the cache while its callback promise stands; else blocks for the
   * server.
   */
  FileStatus status() throws AfsException;

  /**
   * Returns what the caller may do with the file at this moment: its rights on the file's
   * directory, whose callback promise alone a server breaks when they change. {@link #status} shows
   * those of when the file itself was asked about. Blocks as {@link #status} does.
   */
  AccessRights rights() throws AfsException;

  /**
   * Fills {@code target} from {@code offset} on (bytes); returns the number of bytes read, less
   * than asked for only at the end of the file, 0 at or beyond it. Blocks until all are there.
   *
   * <p>If it fails, what {@code target} holds from its old position on is undefined.
   */
  int read(ByteBuffer target, long offset) throws AfsException;

  /**
   * Ends the use of this file. Blocks for the server only if the file has lost its last name
   * meanwhile and nobody else has it open here: then it is removed.
   */
  @Override
  void close();
}
