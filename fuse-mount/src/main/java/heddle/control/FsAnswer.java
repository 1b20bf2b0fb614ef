package heddle.control;

import heddle.afs.AccessList;
import heddle.afs.AccessRights;
import heddle.afs.CellFacts;
import heddle.afs.Fid;
import heddle.afs.FileLocation;
import heddle.afs.ServerFacts;
import heddle.afs.VolumeStatus;
import java.util.List;

/** What comes back for an {@link FsRequest}. */
public sealed interface FsAnswer {
  /** It was done. */
  record Done() implements FsAnswer {}

  /** It was not. */
  record Failed(FsFailure failure) implements FsAnswer {}

  /** An access list. */
  record Access(AccessList list) implements FsAnswer {}

  /** Rights of the caller. */
  record Rights(AccessRights rights) implements FsAnswer {}

  /** A volume, and the file that was asked about. */
  record Volume(Fid fid, VolumeStatus status) implements FsAnswer {}

  /** Where a file is. */
  record Location(FileLocation location) implements FsAnswer {}

  /** Which file it is. */
  record File(Fid fid) implements FsAnswer {}

  /**
   * What a mount point says.
   *
   * @param linked whether the path was a symbolic link to it
   */
  record MountPoint(String contents, boolean linked) implements FsAnswer {}

  /** Whether it is so. */
  record Flag(boolean set) implements FsAnswer {}

  /** Cells. */
  record Cells(CellFacts cells) implements FsAnswer {}

  /** Servers. */
  record Servers(List<ServerFacts> servers) implements FsAnswer {}

  /** Names. */
  record Names(List<String> names) implements FsAnswer {}

  /** What the mount does. */
  record Status(MountStatus status) implements FsAnswer {}
}
