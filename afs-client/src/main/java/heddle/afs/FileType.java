package heddle.afs;

/** What a vnode is. A mount point that was not crossed is a {@code MOUNT_POINT}. */
public enum FileType {
  FILE,
  DIRECTORY,
  SYMLINK,
  MOUNT_POINT
}
