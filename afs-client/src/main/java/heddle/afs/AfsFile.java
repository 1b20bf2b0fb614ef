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

  /** Returns the locks that are taken through this open file. */
  FileLocks locks();

  /**
   * Fills {@code target} from {@code offset} on (bytes); returns the number of bytes read, less
   * than asked for only at the end of the file, 0 at or beyond it. Blocks until all are there.
   *
   * <p>If it fails, what {@code target} holds from its old position on is undefined.
   */
  int read(ByteBuffer target, long offset) throws AfsException;

  /**
   * Writes all of {@code source} from {@code offset} on (bytes); a gap behind the end is filled
   * with zeros. Every handle of this client sees it at once; the server gets it at {@link #flush},
   * {@link #sync} or earlier. Blocks while there is no memory for it, at most as {@link AfsClient}
   * says.
   *
   * @throws AfsException.LockLost if a lock that was taken through this handle is lost
   * @throws AfsException if it could not be taken, or if data written before through this handle
   *     were lost meanwhile; what of {@code source} was taken is consumed
   */
  void write(ByteBuffer source, long offset) throws AfsException;

  /** Cuts the file off at {@code length} bytes, or extends it with zeros; otherwise as a write. */
  void truncate(long length) throws AfsException;

  /**
   * Takes from the file the bits of its mode that lend its owner's or its group's rights to whoever
   * runs it. Who may not keep them does so before a change of the data. Asks no server if the file
   * has none as far as is known; otherwise stores what was written and blocks until the server has
   * the new mode.
   *
   * @return whether it had any
   * @throws AfsException if the bits could not be taken; then the file has them still, or the
   *     outcome is unknown
   */
  boolean dropSetId() throws AfsException;

  /**
   * Stores what was written to the file, if anything was through this handle; blocks until the
   * server has it. That is the moment from which other clients see it. (With {@link
   * Closing#STORED_LATER} it only begins to store, and tells of what was lost before.)
   *
   * <p>If the server will not take it ({@link AfsException.QuotaExceeded}, {@link
   * AfsException.NoSpace}, {@link AfsException.PermissionDenied} and the like), all data of the
   * file that wait are dropped, and each handle that wrote is told so once: by this method or by
   * {@link #sync}. If the server cannot be reached, or the caller's token has expired, the data are
   * kept and stored as soon as that is possible.
   */
  void flush() throws AfsException;

  /** As {@link #flush}, and the server has it on its disk when this returns. */
  void sync() throws AfsException;

  /**
   * Ends the use of this file, and releases what was locked through it. Blocks for the server only
   * if it has to be told of that, or if the file has lost its last name meanwhile and nobody else
   * has it open here: then it is removed. What was written and not flushed is stored in the
   * background, and nobody is told if that fails.
   */
  @Override
  void close();
}
