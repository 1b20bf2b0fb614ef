package heddle.fuse;

import heddle.afs.AccessRights;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.VolumeStatus;
import heddle.fuse.Structs.Stat;
import heddle.fuse.Structs.StatVfs;
import java.time.Instant;
import jnr.ffi.Pointer;

/** Writes what AFS knows into the C structs that libfuse hands over, which are all zero. */
final class StatWriter {
  static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;
  private static final int PERMISSIONS = 07777;

  private static final int SECTOR = 512; // bytes, the unit of st_blocks
  private static final int BLOCK = 1024; // bytes, AFS's unit of quota
  private static final int PREFERRED_READ = 64 << 10; // bytes; what stdio takes for its buffer

  private StatWriter() {}

  /**
   * Writes a {@code struct stat}.
   *
   * @param owner number of the user who is shown as the owner
   */
  static void write(FileStatus status, int owner, Pointer stat) {
    stat.putLong(Stat.INODE, status.inodeNumber());
    if (Stat.LINK_COUNT_IS_LONG) {
      stat.putLong(Stat.LINK_COUNT, status.linkCount());
    } else {
      stat.putInt(Stat.LINK_COUNT, status.linkCount());
    }
    stat.putInt(Stat.MODE, mode(status));
    stat.putInt(Stat.OWNER, owner);
    stat.putInt(Stat.GROUP, status.group());
    stat.putLong(Stat.LENGTH, status.length());
    stat.putInt(Stat.BLOCK_SIZE, PREFERRED_READ); // the upper half, where there is one, is zero
    stat.putLong(Stat.BLOCKS, (status.length() + SECTOR - 1) / SECTOR);
    Instant modified = status.modified();
    for (long time : new long[] {Stat.ACCESSED, Stat.MODIFIED, Stat.CHANGED}) {
      stat.putLong(time, modified.getEpochSecond());
      stat.putLong(time + Stat.NANOS, modified.getNano());
    }
  }

  /** Returns type and permissions as {@code st_mode} has them. */
  static int mode(FileStatus status) {
    return typeBits(status.type()) | (status.mode() & PERMISSIONS);
  }

  private static int typeBits(FileType type) {
    return switch (type) {
      case FILE -> REGULAR;
      case DIRECTORY, MOUNT_POINT -> DIRECTORY;
      case SYMLINK -> LINK;
    };
  }

  /** Writes a {@code struct statvfs}: the quota, or the partition where there is none. */
  static void write(VolumeStatus volume, Pointer statVfs) {
    long free =
        volume.quota() == 0
            ? volume.partitionFree()
            : Math.min(Math.max(0, volume.quota() - volume.used()), volume.partitionFree());
    long size = volume.quota() == 0 ? volume.used() + free : volume.quota();
    statVfs.putLong(StatVfs.BLOCK_SIZE, BLOCK);
    statVfs.putLong(StatVfs.FRAGMENT_SIZE, BLOCK);
    statVfs.putLong(StatVfs.BLOCKS, size);
    statVfs.putLong(StatVfs.BLOCKS_FREE, Math.max(free, size - volume.used()));
    statVfs.putLong(StatVfs.BLOCKS_AVAILABLE, free);
    statVfs.putLong(StatVfs.NAME_MAX, heddle.afs.AfsPath.MAX_NEW_NAME_BYTES);
  }

  /**
   * Returns whether {@code access(2)} with {@code mask} is allowed to who has those rights, in a
   * volume that allows it.
   */
  static boolean mayAccess(FileStatus status, AccessRights rights, int mask) {
    boolean directory = status.type() != FileType.FILE && status.type() != FileType.SYMLINK;
    int needed = directory ? AccessRights.LOOKUP : AccessRights.READ;
    boolean execute = (mask & 1) != 0;
    boolean read = (mask & 4) != 0;
    boolean write = (mask & 2) != 0;
    if (write && !mayWrite(status, rights, directory)) {
      return false;
    }
    if ((read || execute) && !rights.contains(needed)) {
      return false;
    }
    // a file's owner bits take rights away for everybody, as AFS clients have it
    return directory
        || ((!read || (status.mode() & 0400) != 0) && (!execute || (status.mode() & 0100) != 0));
  }

  /** Who may insert or delete may change a directory. */
  private static boolean mayWrite(FileStatus status, AccessRights rights, boolean directory) {
    return directory
        ? rights.contains(AccessRights.INSERT) || rights.contains(AccessRights.DELETE)
        : rights.contains(AccessRights.WRITE) && (status.mode() & 0200) != 0;
  }
}
