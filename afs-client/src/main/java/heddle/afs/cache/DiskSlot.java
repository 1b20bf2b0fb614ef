package heddle.afs.cache;

import heddle.afs.Fid;

/**
 * The place of a chunk on disk. There is one version of a chunk at most: the one that was written
 * last.
 *
 * @param fid the file
 * @param index number of the chunk
 */
record DiskSlot(Fid fid, long index) {
  static DiskSlot of(ChunkKey key) {
    return new DiskSlot(key.fid(), key.index());
  }

  @Override
  public int hashCode() {
    return fid.hashCode() * 31 + Long.hashCode(index);
  }
}
