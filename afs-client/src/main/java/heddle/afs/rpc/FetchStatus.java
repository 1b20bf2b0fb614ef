package heddle.afs.rpc;

import heddle.afs.AccessRights;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.time.Instant;

/**
 * The status of a vnode as a file server sends it.
 *
 * <p>A symbolic link that nobody may execute is a mount point: that is how AFS marks them.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, AFSFetchStatus; fs-cm-spec, 5.1.2 (fields).
 *
 * @param type what the vnode is; {@link FileType#MOUNT_POINT} is found by the mode
 * @param linkCount number of names
 * @param length bytes, of both words of the wire
 * @param dataVersion counts changes of the data, of both words of the wire
 * @param author AFS id of whoever last wrote
 * @param owner AFS id of the owner
 * @param callerRights what the caller may do
 * @param anonymousRights what anybody may do
 * @param mode the Unix permission bits, setuid etc. included, without the file type
 * @param parentVnode vnode of the directory, for files; 0 where unknown
 * @param parentUniquifier uniquifier of the directory
 * @param clientModified when the data was changed, by the clock of the client that did it; seconds
 * @param serverModified when the vnode was changed, by the clock of the server; seconds
 * @param group AFS id of the group
 * @param lockCount readers that hold the advisory lock, or -1 while a writer does
 */
public record FetchStatus(
    FileType type,
    int linkCount,
    long length,
    long dataVersion,
    int author,
    int owner,
    AccessRights callerRights,
    AccessRights anonymousRights,
    int mode,
    int parentVnode,
    int parentUniquifier,
    Instant clientModified,
    Instant serverModified,
    int group,
    int lockCount) {

  /** Bytes of the XDR form. */
  static final int LENGTH = 21 * 4;

  private static final int INTERFACE_VERSION = 1;
  private static final int MODE_BITS = 07777;
  private static final int EXECUTE_BITS = 0111;
  private static final int WIRE_FILE = 1;
  private static final int WIRE_DIRECTORY = 2;
  private static final int WIRE_SYMLINK = 3;

  /**
   * Reads the XDR form.
   *
   * @throws XdrException if it is of another interface version, of no known type, or longer than
   *     2^63 - 1 bytes
   */
  public static FetchStatus readFrom(XdrReader in) throws IOException {
    return decode(in, in.int32());
  }

  /** Reads what follows the interface version. */
  static FetchStatus decode(XdrReader in, int interfaceVersion) throws IOException {
    if (interfaceVersion != INTERFACE_VERSION) {
      throw new XdrException("FetchStatus of interface version " + interfaceVersion);
    }
    throw new UnsupportedOperationException();
  }

  /** Appends the XDR form, as a file server does. */
  public void writeTo(XdrWriter out) {
    throw new UnsupportedOperationException();
  }

  /** Returns this as the status of {@code fid} in the library's own words. */
  public FileStatus toFileStatus(Fid fid) {
    return new FileStatus(
        fid,
        type,
        length,
        dataVersion,
        linkCount,
        owner,
        group,
        mode,
        clientModified,
        callerRights,
        anonymousRights);
  }
}
