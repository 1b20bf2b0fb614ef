package heddle.afs.nio;

import heddle.afs.AccessRights;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** The attributes of one status. */
record StatusAttributes(FileStatus status) implements AfsFileAttributes {
  @Override
  public Fid fid() {
    return status.fid();
  }

  @Override
  public long dataVersion() {
    return status.dataVersion();
  }

  @Override
  public int ownerId() {
    return status.owner();
  }

  @Override
  public int groupId() {
    return status.group();
  }

  @Override
  public int linkCount() {
    return status.linkCount();
  }

  @Override
  public AccessRights rights() {
    return status.rights();
  }

  @Override
  public UserPrincipal owner() {
    return new AfsPrincipal(status.owner());
  }

  @Override
  public GroupPrincipal group() {
    return new AfsPrincipal(status.group());
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return ModeBits.toPermissions(status.mode());
  }

  @Override
  public FileTime lastModifiedTime() {
    return FileTime.from(status.modified());
  }

  /** AFS keeps no such time: that of modification. */
  @Override
  public FileTime lastAccessTime() {
    return lastModifiedTime();
  }

  /** AFS keeps no such time: that of modification. */
  @Override
  public FileTime creationTime() {
    return lastModifiedTime();
  }

  @Override
  public boolean isRegularFile() {
    return status.type() == FileType.FILE;
  }

  /** A mount point is a directory, as it is for all who walk through it. */
  @Override
  public boolean isDirectory() {
    return status.type() == FileType.DIRECTORY || status.type() == FileType.MOUNT_POINT;
  }

  @Override
  public boolean isSymbolicLink() {
    return status.type() == FileType.SYMLINK;
  }

  @Override
  public boolean isOther() {
    return false;
  }

  @Override
  public long size() {
    return status.length();
  }

  @Override
  public Object fileKey() {
    return status.fid();
  }
}
