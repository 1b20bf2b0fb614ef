package heddle.afs;

import heddle.afs.auth.Caller;

/**
 * What OpenAFS's {@code fs} command asks of a cache manager, besides what {@link AfsClient} itself
 * offers. Blocks and fails as the operations there do. Thread-safe.
 */
public interface FsOperations {
  /** Returns where the file at a path is; symbolic links and mount points are followed. */
  FileLocation locate(Caller caller, AfsPath path) throws AfsException;

  /**
   * Returns the fid of the name itself: of a symbolic link or mount point, not what it leads to.
   */
  Fid literalFid(Caller caller, AfsPath path) throws AfsException;

  /**
   * Returns what a mount point says, as {@code #volume.} or {@code %cell:volume.}
   *
   * @throws AfsException.InvalidArgument if {@code path} names something else
   */
  String mountPoint(Caller caller, AfsPath path) throws AfsException;

  /**
   * Sets parts of the status of the volume that {@code path} is in.
   *
   * @throws AfsException.PermissionDenied if the caller is no administrator of the cell
   */
  void setVolumeStatus(Caller caller, AfsPath path, VolumeUpdate update) throws AfsException;

  /**
   * Returns whether a cell has a volume of that name or id.
   *
   * @throws AfsException.NoSuchCell if the cell is not known
   */
  boolean volumeExists(String cell, String volume) throws AfsException;

  /**
   * Forgets what is cached of a file or directory, or of a symbolic link itself: status, data,
   * names. What was written and is not stored yet stays.
   */
  void flush(Caller caller, AfsPath path) throws AfsException;

  /** Forgets what is cached of all files of the volume that {@code path} is in. */
  void flushVolume(Caller caller, AfsPath path) throws AfsException;

  /** Forgets what is cached of all files. */
  void flushAll();
}
