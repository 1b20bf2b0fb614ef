package heddle.afs.location;

import heddle.afs.rpc.EntryReply;
import heddle.afs.rpc.LinkReply;
import heddle.afs.rpc.LockType;
import heddle.afs.rpc.RenameReply;
import heddle.afs.rpc.StatusReply;
import heddle.afs.rpc.StoreRange;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.StoreVolumeStatus;
import heddle.afs.rpc.VolSync;
import heddle.afs.rpc.WireFid;
import java.nio.channels.ReadableByteChannel;

/**
 * The calls to one address of a file server that change something there. Each blocks until its
 * reply is complete. If one fails, {@link CallFailure#mayHaveExecuted} says whether the change may
 * have been made all the same. See {@link heddle.afs.rpc.FileService} for what they do.
 */
public interface FileServerChanges {
  /** Stores the bytes that {@code source} gives, which must be as many as the range is long. */
  StatusReply storeData64(
      WireFid fid, StoreStatus status, StoreRange range, ReadableByteChannel source)
      throws CallFailure;

  /** Sets parts of a vnode's status. */
  StatusReply storeStatus(WireFid fid, StoreStatus status) throws CallFailure;

  /** Makes an empty file. */
  EntryReply createFile(WireFid directory, byte[] name, StoreStatus status) throws CallFailure;

  /** Makes an empty directory. */
  EntryReply makeDir(WireFid directory, byte[] name, StoreStatus status) throws CallFailure;

  /** Makes a symbolic link, or with mode 0644 a mount point. */
  EntryReply symlink(WireFid directory, byte[] name, byte[] contents, StoreStatus status)
      throws CallFailure;

  /** Gives a file one more name, in the directory that has the others. */
  LinkReply link(WireFid directory, byte[] name, WireFid file) throws CallFailure;

  /** Moves a name within its volume, replacing what had the new one. */
  RenameReply rename(WireFid oldDirectory, byte[] oldName, WireFid newDirectory, byte[] newName)
      throws CallFailure;

  /** Removes a name of a file, link or mount point. */
  StatusReply removeFile(WireFid directory, byte[] name) throws CallFailure;

  /** Removes an empty directory. */
  StatusReply removeDir(WireFid directory, byte[] name) throws CallFailure;

  /** Takes a lock on a file, or fails at once. */
  VolSync setLock(WireFid fid, LockType type) throws CallFailure;

  /** Has a lock last for 5 minutes from now. */
  VolSync extendLock(WireFid fid) throws CallFailure;

  /** Releases one lock on a file, whoever has it. */
  VolSync releaseLock(WireFid fid) throws CallFailure;

  /** Replaces the access control list of a directory; old servers abort with RXGEN_OPCODE. */
  StatusReply storeAcl(WireFid directory, byte[] accessList) throws CallFailure;

  /** The same for old servers. */
  StatusReply oldStoreAcl(WireFid directory, byte[] accessList) throws CallFailure;

  /** Sets parts of a volume's status. */
  void setVolumeStatus(int volume, StoreVolumeStatus status) throws CallFailure;
}
