package heddle.afs.vnode;

/** Where stored data have to be. */
enum Durability {
  /** At the server, which may lose them if its machine crashes. */
  STORED,
  /** On the server's disk. */
  ON_DISK
}
