package heddle.afs.cell;

import heddle.afs.cache.DirectoryContents;

/**
 * A file, directory or symbolic link of a volume at one moment. Immutable: a change puts another in
 * its place.
 *
 * <p>Protocol source: OpenAFS src/vol/vnode.h.
 *
 * @param number odd for directories
 * @param uniquifier tells it from those that had the number before
 */
record Vnode(int number, int uniquifier, VnodeType type, Attributes attributes, VnodeData data) {
  static final int ROOT_NUMBER = 1;

  private static final int BLOCK_BYTES = 1024;

  /**
   * Returns how much of the quota a vnode of so many bytes is: none is for nothing.
   *
   * <p>Protocol source: OpenAFS src/vol/volume.h, nBlocks (behaviour).
   */
  static long blocks(long bytes) {
    return Math.max(1, (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
  }

  long blocks() {
    return blocks(data.length());
  }

  boolean isDirectory() {
    return type == VnodeType.DIRECTORY;
  }

  boolean isRoot() {
    return number == ROOT_NUMBER;
  }

  /** Returns the names of a directory. */
  DirectoryContents names() throws Refusal {
    return directory().names();
  }

  /** Returns names and access list of a directory. */
  VnodeData.Names directory() throws Refusal {
    if (data instanceof VnodeData.Names names) {
      return names;
    }
    throw Refusal.of(Errno.ENOTDIR);
  }

  /** Returns what is in a file or link. */
  Content content() throws Refusal {
    if (data instanceof VnodeData.Bytes bytes) {
      return bytes.content();
    }
    throw Refusal.of(Errno.EISDIR);
  }

  Vnode with(Attributes newAttributes) {
    return new Vnode(number, uniquifier, type, newAttributes, data);
  }

  Vnode with(VnodeData newData) {
    return new Vnode(number, uniquifier, type, attributes, newData);
  }

  Vnode with(DirectoryContents names) throws Refusal {
    return with(new VnodeData.Names(names, directory().accessList()));
  }
}
