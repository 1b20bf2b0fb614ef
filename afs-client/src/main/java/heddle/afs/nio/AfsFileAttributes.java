package heddle.afs.nio;

import heddle.afs.AccessRights;
import heddle.afs.Fid;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * What AFS knows of a file: {@code Files.readAttributes(path, AfsFileAttributes.class)}. Owner and
 * group are shown as their numbers, permissions as the nine mode bits (of which AFS heeds those of
 * the owner, for everybody), the one time that there is for all three.
 */
public interface AfsFileAttributes extends PosixFileAttributes {
  /** Returns the name of the file for ever; also what {@link #fileKey} returns. */
  Fid fid();

  /** Returns how often the data were changed. */
  long dataVersion();

  /** Returns the id of the volume that the file is in. */
  default int volume() {
    return fid().volume();
  }

  /** Returns the AFS id of the owner. */
  int ownerId();

  /** Returns the AFS id of the group. */
  int groupId();

  /** Returns the number of names. */
  int linkCount();

  /** Returns what the caller of the file system may do with it. */
  AccessRights rights();
}
