package heddle.afs.cache;

import heddle.afs.Fid;

/**
 * Names a piece of a file's data for ever: data of one version never change.
 *
 * @param fid the file
 * @param dataVersion version of its data, as the file server counts
 * @param instance of several files of that version which it is: after a volume was restored,
 *     versions are counted anew. A date of the server's in seconds (unsigned); 0 if none is known
 * @param index number of the piece, counted from 0 in units of the chunk size
 */
public record ChunkKey(Fid fid, long dataVersion, int instance, long index) {
  @Override
  public int hashCode() {
    return ((fid.hashCode() * 31 + Long.hashCode(dataVersion)) * 31 + instance) * 31
        + Long.hashCode(index);
  }
}
