package heddle.afs.cache;

import heddle.afs.AfsException;
import java.util.Optional;

/**
 * The data of one AFS directory, checked as a whole when it is made. Immutable; thread-safe.
 *
 * <p>Protocol source: OpenAFS src/dir/dir.h, dir.c; Linux fs/afs/xdr_fs.h.
 */
public final class DirectoryBlock {
  /** Bytes of a page; a directory is a whole number of them. */
  public static final int PAGE_BYTES = 2048;

  /** Greatest length of a directory in bytes. */
  public static final int MAX_BYTES = 1023 * PAGE_BYTES;

  private DirectoryBlock() {}

  /**
   * One name of the directory, as it is stored.
   *
   * @param vnode vnode of what it names, @param uniquifier uniquifier of that; the volume is the
   *     directory's
   * @param nextOffset where to go on reading after this entry: for {@link #entryFrom}
   */
  public record Entry(byte[] name, int vnode, int uniquifier, int nextOffset) {}

  /**
   * Checks and takes {@code data}, which must not be changed any more.
   *
   * @throws AfsException.ProtocolViolation if it is no AFS directory, or a damaged one
   */
  public static DirectoryBlock parse(byte[] data) throws AfsException.ProtocolViolation {
    throw new UnsupportedOperationException();
  }

  /** Returns the entry with exactly that name; {@code .} and {@code ..} are entries too. */
  public Optional<Entry> lookUp(byte[] name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the first entry at {@code offset} or after it, in the order of the pages. Offset 0 is
   * the beginning; offsets stay good while other names come and go.
   */
  public Optional<Entry> entryFrom(int offset) {
    throw new UnsupportedOperationException();
  }
}
