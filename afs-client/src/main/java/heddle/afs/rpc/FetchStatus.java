package heddle.afs.rpc;

import heddle.afs.AccessRights;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.rpc.StatusWords.Field;
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
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, AFSFetchStatus; src/afs/VNOPS/afs_vnop_attrs.c
 * (mount points).
 *
 * @param type what the vnode is; {@link FileType#MOUNT_POINT} is found by the mode
 * @param linkCount number of names
 * @param length bytes
 * @param dataVersion counts changes of the data
 * @param author AFS id of whoever last wrote
 * @param owner AFS id of the owner
 * @param callerRights what the caller may do
 * @param anonymousRights what anybody may do
 * @param mode the Unix permission bits, setuid etc. included, without the file type
 * @param parentVnode vnode of the directory that a file is in; 0 where unknown
 * @param parentUniquifier uniquifier of that directory
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

  private static final int INTERFACE_VERSION = 1;
  private static final int WIRE_FILE = 1;
  private static final int WIRE_DIRECTORY = 2;
  private static final int WIRE_SYMLINK = 3;
  private static final int RESIDENT = 1; // on disk, not on tape
  private static final int MODE_BITS = 07777;
  private static final int EXECUTE_BITS = 0111;

  /**
   * Reads the XDR form.
   *
   * @throws XdrException if it is of another interface version, of no known type, or longer than
   *     2^63 - 1 bytes
   */
  public static FetchStatus readFrom(XdrReader in) throws IOException {
    return of(StatusWords.readFrom(in));
  }

  static FetchStatus of(StatusWords words) throws XdrException {
    int interfaceVersion = words.get(Field.INTERFACE_VERSION);
    if (interfaceVersion != INTERFACE_VERSION) {
      throw new XdrException("file status of interface version " + interfaceVersion);
    }
    long length = words.joined(Field.LENGTH_HIGH, Field.LENGTH_LOW);
    if (length < 0) {
      throw new XdrException("file of " + Long.toUnsignedString(length) + " bytes");
    }
    int mode = words.get(Field.UNIX_MODE_BITS) & MODE_BITS;
    return new FetchStatus(
        type(words.get(Field.FILE_TYPE), mode),
        words.get(Field.LINK_COUNT),
        length,
        words.joined(Field.DATA_VERSION_HIGH, Field.DATA_VERSION_LOW),
        words.get(Field.AUTHOR),
        words.get(Field.OWNER),
        new AccessRights(words.get(Field.CALLER_ACCESS)),
        new AccessRights(words.get(Field.ANONYMOUS_ACCESS)),
        mode,
        words.get(Field.PARENT_VNODE),
        words.get(Field.PARENT_UNIQUIFIER),
        Instant.ofEpochSecond(words.unsigned(Field.CLIENT_MODIFIED)),
        Instant.ofEpochSecond(words.unsigned(Field.SERVER_MODIFIED)),
        words.get(Field.GROUP),
        words.get(Field.LOCK_COUNT));
  }

  private static FileType type(int wireType, int mode) throws XdrException {
    return switch (wireType) {
      case WIRE_FILE -> FileType.FILE;
      case WIRE_DIRECTORY -> FileType.DIRECTORY;
      case WIRE_SYMLINK -> (mode & EXECUTE_BITS) == 0 ? FileType.MOUNT_POINT : FileType.SYMLINK;
      default -> throw new XdrException("vnode of type " + wireType);
    };
  }

  /** Appends the XDR form, as a file server does. */
  public void writeTo(XdrWriter out) {
    int wireType =
        switch (type) {
          case FILE -> WIRE_FILE;
          case DIRECTORY -> WIRE_DIRECTORY;
          case SYMLINK, MOUNT_POINT -> WIRE_SYMLINK;
        };
    new StatusWords()
        .set(Field.INTERFACE_VERSION, INTERFACE_VERSION)
        .set(Field.FILE_TYPE, wireType)
        .set(Field.LINK_COUNT, linkCount)
        .split(Field.LENGTH_HIGH, Field.LENGTH_LOW, length)
        .split(Field.DATA_VERSION_HIGH, Field.DATA_VERSION_LOW, dataVersion)
        .set(Field.AUTHOR, author)
        .set(Field.OWNER, owner)
        .set(Field.CALLER_ACCESS, callerRights.bits())
        .set(Field.ANONYMOUS_ACCESS, anonymousRights.bits())
        .set(Field.UNIX_MODE_BITS, mode)
        .set(Field.PARENT_VNODE, parentVnode)
        .set(Field.PARENT_UNIQUIFIER, parentUniquifier)
        .set(Field.RESIDENCY_MASK, RESIDENT)
        .set(Field.CLIENT_MODIFIED, (int) clientModified.getEpochSecond())
        .set(Field.SERVER_MODIFIED, (int) serverModified.getEpochSecond())
        .set(Field.GROUP, group)
        .set(Field.LOCK_COUNT, lockCount)
        .writeTo(out);
  }

  /** Appends what stands for a status in the reply to a bulk call where there is none. */
  public static void writeError(XdrWriter out, int errorCode) {
    new StatusWords()
        .set(Field.INTERFACE_VERSION, INTERFACE_VERSION)
        .set(Field.ERROR_CODE, errorCode)
        .writeTo(out);
  }

  /** Returns this status as it is when the file has been moved to another directory. */
  public FetchStatus withParent(int vnode, int uniquifier) {
    return new FetchStatus(
        type,
        linkCount,
        length,
        dataVersion,
        author,
        owner,
        callerRights,
        anonymousRights,
        mode,
        vnode,
        uniquifier,
        clientModified,
        serverModified,
        group,
        lockCount);
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
