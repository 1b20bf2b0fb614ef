package heddle.fuse;

import heddle.afs.AfsClient;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.StatusUpdate;
import heddle.afs.auth.Caller;

/** What a mount needs of an AFS client to change names and statuses, with its promises. */
public interface AfsTreeChanges {
  /** As {@link AfsClient#create(Caller, AfsPath, StatusUpdate)}. */
  AfsFile create(Caller caller, AfsPath path, StatusUpdate initial) throws AfsException;

  /** As {@link AfsClient#makeDirectory}. */
  FileStatus makeDirectory(Caller caller, AfsPath path, StatusUpdate initial) throws AfsException;

  /** As {@link AfsClient#makeSymbolicLink}. */
  void makeSymbolicLink(Caller caller, AfsPath path, byte[] target, StatusUpdate initial)
      throws AfsException;

  /** As {@link AfsClient#makeMountPoint}. */
  void makeMountPoint(Caller caller, AfsPath path, String contents) throws AfsException;

  /** As {@link AfsClient#removeMountPoint}. */
  void removeMountPoint(Caller caller, AfsPath path) throws AfsException;

  /** As {@link AfsClient#remove}. */
  void remove(Caller caller, AfsPath path) throws AfsException;

  /** As {@link AfsClient#removeDirectory}. */
  void removeDirectory(Caller caller, AfsPath path) throws AfsException;

  /** As {@link AfsClient#rename}. */
  void rename(Caller caller, AfsPath oldPath, AfsPath newPath) throws AfsException;

  /** As {@link AfsClient#link}. */
  void link(Caller caller, AfsPath existing, AfsPath newPath) throws AfsException;

  /** As {@link AfsClient#setStatus}. */
  FileStatus setStatus(
      Caller caller, AfsPath path, AfsClient.FinalLink finalLink, StatusUpdate update)
      throws AfsException;

  /** As {@link AfsClient#isReadOnly}. */
  boolean isReadOnly(Caller caller, AfsPath path) throws AfsException;

  /** As {@link AfsClient#accessList}. */
  byte[] accessList(Caller caller, AfsPath path) throws AfsException;

  /** As {@link AfsClient#setAccessList}. */
  void setAccessList(Caller caller, AfsPath path, byte[] list) throws AfsException;
}
