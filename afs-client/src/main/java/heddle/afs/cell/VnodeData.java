package heddle.afs.cell;

import heddle.afs.cache.DirectoryContents;

/** What is in a vnode. Immutable. */
sealed interface VnodeData {
  /** Returns the length in bytes. */
  long length();

  /** Of a file or symbolic link. */
  record Bytes(Content content) implements VnodeData {
    @Override
    public long length() {
      return content.length();
    }
  }

  /** Of a directory. */
  record Names(DirectoryContents names, AccessControlList accessList) implements VnodeData {
    @Override
    public long length() {
      return names.byteCount();
    }
  }
}
