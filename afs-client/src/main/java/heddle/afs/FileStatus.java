package heddle.afs;

import java.time.Instant;

/**
 * Status of a file as the server gave it.
 *
 * <p>A cell's name in the dynamic root, looked at without following it, has the fid that the client
 * made up for the name, so that its inode number is the same before and after the cell was first
 * visited.
 *
 * @param length bytes
 * @param dataVersion counts changes of the data
 * @param foreignVersion stays as it is while nobody but this client changes the data: whoever has
 *     seen all that was written through this client then knows them
 * @param linkCount number of names
 * @param owner AFS id of the owner
 * @param group AFS id of the group
 * @param mode the nine Unix permission bits and setuid etc., without the file type
 * @param rights what the caller may do
 * @param anonymousRights what anybody may do
 */
public record FileStatus(
    Fid fid,
    FileType type,
    long length,
    long dataVersion,
    long foreignVersion,
    int linkCount,
    int owner,
    int group,
    int mode,
    Instant modified,
    AccessRights rights,
    AccessRights anonymousRights) {
  /** The bit of a mode that lends the group's rights, if the group may run the file. */
  public static final int SET_GROUP_ID = 02000;

  private static final int SET_USER_ID = 04000;
  private static final int GROUP_RUNS = 00010;

  /** Takes the version of the data for that of changes by others. */
  public FileStatus(
      Fid fid,
      FileType type,
      long length,
      long dataVersion,
      int linkCount,
      int owner,
      int group,
      int mode,
      Instant modified,
      AccessRights rights,
      AccessRights anonymousRights) {
    this(
        fid,
        type,
        length,
        dataVersion,
        dataVersion,
        linkCount,
        owner,
        group,
        mode,
        modified,
        rights,
        anonymousRights);
  }

  /** Returns a copy with data that were written and are not stored yet. */
  public FileStatus withData(long newLength, Instant newModified) {
    return new FileStatus(
        fid,
        type,
        newLength,
        dataVersion,
        foreignVersion,
        linkCount,
        owner,
        group,
        mode,
        newModified,
        rights,
        anonymousRights);
  }

  /** Returns a copy with another version of changes by others. */
  public FileStatus withForeignVersion(long version) {
    return new FileStatus(
        fid,
        type,
        length,
        dataVersion,
        version,
        linkCount,
        owner,
        group,
        mode,
        modified,
        rights,
        anonymousRights);
  }

  /**
   * Returns a mode without the bits that lend the owner's or the group's rights to whoever runs the
   * file. Where the group may not run it, its bit means another thing and stays.
   */
  public static int withoutSetId(int mode) {
    return mode & ~((mode & GROUP_RUNS) != 0 ? SET_USER_ID | SET_GROUP_ID : SET_USER_ID);
  }

  /** Returns {@link Fid#inodeNumber()} of the fid. */
  public long inodeNumber() {
    return fid.inodeNumber();
  }
}
