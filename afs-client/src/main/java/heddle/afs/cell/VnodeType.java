package heddle.afs.cell;

/** What a vnode is on the disk of a server: a mount point is a symbolic link. */
enum VnodeType {
  FILE,
  DIRECTORY,
  SYMLINK
}
