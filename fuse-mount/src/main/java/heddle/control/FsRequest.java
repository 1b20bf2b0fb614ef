package heddle.control;

import heddle.afs.AccessList;
import heddle.afs.VolumeUpdate;

/**
 * What {@code heddle fs} asks of a mount, or of a client of its own. Paths are bytes below the root
 * of the mount.
 */
public sealed interface FsRequest {
  /** Asks for {@link FsAnswer.Access}. */
  record ReadAccess(byte[] path) implements FsRequest {}

  /** Replaces an access list. */
  record WriteAccess(byte[] path, AccessList list) implements FsRequest {}

  /** Asks what rights the caller has: {@link FsAnswer.Rights}. */
  record OwnRights(byte[] path) implements FsRequest {}

  /** Asks for {@link FsAnswer.Volume}. */
  record ReadVolume(byte[] path) implements FsRequest {}

  /** Changes the status of the volume that a path is in. */
  record WriteVolume(byte[] path, VolumeUpdate update) implements FsRequest {}

  /** Asks where a file is: {@link FsAnswer.Location}. */
  record Locate(byte[] path) implements FsRequest {}

  /** Asks which file a path leads to: {@link FsAnswer.File}. */
  record ReadFid(byte[] path) implements FsRequest {}

  /** Asks for the fid of a name itself: {@link FsAnswer.File}. */
  record LiteralFid(byte[] path) implements FsRequest {}

  /** Asks what a mount point says: {@link FsAnswer.Text}. */
  record ReadMountPoint(byte[] path) implements FsRequest {}
}
