package heddle.control;

import heddle.afs.AccessList;
import heddle.afs.ServerFacts;
import heddle.afs.VolumeUpdate;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

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

  /** Asks what a mount point says: {@link FsAnswer.MountPoint}. */
  record ReadMountPoint(byte[] path) implements FsRequest {}

  /** Makes a mount point that says {@code contents}. */
  record MakeMountPoint(byte[] path, String contents) implements FsRequest {}

  /** Removes a mount point. */
  record RemoveMountPoint(byte[] path) implements FsRequest {}

  /** Asks whether a cell has a volume: {@link FsAnswer.Flag}. */
  record VolumeExists(String cell, String volume) implements FsRequest {}

  /** Forgets what is cached of a file. */
  record Flush(byte[] path) implements FsRequest {}

  /** Forgets what is cached of a volume. */
  record FlushVolume(byte[] path) implements FsRequest {}

  /** Forgets what is cached of all files. */
  record FlushAll() implements FsRequest {}

  /** Asks for {@link FsAnswer.Cells}. */
  record ListCells() implements FsRequest {}

  /** Asks for {@link FsAnswer.Servers}, as they are known. */
  record ListServers() implements FsRequest {}

  /** Asks for {@link FsAnswer.Servers} of a cell or all, after they were asked themselves. */
  record CheckServers(Optional<String> cell) implements FsRequest {}

  /** Gives addresses of servers ranks; for who mounted, and root. */
  record SetRanks(ServerFacts.Kind kind, List<Rank> ranks) implements FsRequest {}

  /** A rank of an address. */
  record Rank(InetAddress address, int rank) {}

  /** Asks for {@link FsAnswer.Names}. */
  record ListSystemNames() implements FsRequest {}

  /** Sets what {@code @sys} stands for; for who mounted, and root. */
  record SetSystemNames(List<String> names) implements FsRequest {}

  /** Asks what the mount does: {@link FsAnswer.Status}. */
  record ReadStatus() implements FsRequest {}
}
