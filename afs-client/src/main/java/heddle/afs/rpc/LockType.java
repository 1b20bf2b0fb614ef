package heddle.afs.rpc;

/** The two advisory locks that a server keeps on a whole file, in wire order. */
public enum LockType {
  READ,
  WRITE
}
