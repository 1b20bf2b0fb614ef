package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.time.Instant;

/**
 * Which parts of a status to set, and to what. Begin with {@link #NOTHING}; each {@code with}
 * method returns a changed copy.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, AFSStoreStatus.
 *
 * @param mask which of the others count; see the constants
 * @param modified when the data was changed, by the client's clock; whole seconds
 * @param owner AFS id of the owner
 * @param group AFS id of the group
 * @param mode the Unix permission bits
 */
public record StoreStatus(int mask, Instant modified, int owner, int group, int mode) {
  public static final int SET_MODIFIED = 0x1;
  public static final int SET_OWNER = 0x2;
  public static final int SET_GROUP = 0x4;
  public static final int SET_MODE = 0x8;

  /** The server is to have the data on its disk before it answers. */
  public static final int SYNC = 0x400;

  private static final long MAX_SECONDS = 0xFFFFFFFFL; // of the year 2106

  /** Sets nothing. */
  public static final StoreStatus NOTHING = new StoreStatus(0, Instant.EPOCH, 0, 0, 0);

  /** Returns whether all parts of {@code parts} are to be set. */
  public boolean sets(int parts) {
    return (mask & parts) == parts;
  }

  /** Returns a copy that sets the time of modification. */
  public StoreStatus withModified(Instant time) {
    return new StoreStatus(mask | SET_MODIFIED, time, owner, group, mode);
  }

  /** Returns a copy that sets the owner. */
  public StoreStatus withOwner(int id) {
    return new StoreStatus(mask | SET_OWNER, modified, id, group, mode);
  }

  /** Returns a copy that sets the group. */
  public StoreStatus withGroup(int id) {
    return new StoreStatus(mask | SET_GROUP, modified, owner, id, mode);
  }

  /** Returns a copy that sets the permission bits. */
  public StoreStatus withMode(int bits) {
    return new StoreStatus(mask | SET_MODE, modified, owner, group, bits);
  }

  /** Returns a copy that asks for the data to be on the server's disk. */
  public StoreStatus withSync() {
    return new StoreStatus(mask | SYNC, modified, owner, group, mode);
  }

  /** Reads the XDR form, as a file server does. */
  public static StoreStatus readFrom(XdrReader in) throws IOException {
    StoreStatus status =
        new StoreStatus(
            in.int32(), Instant.ofEpochSecond(in.uint32()), in.int32(), in.int32(), in.int32());
    in.int32(); // segment size
    return status;
  }

  void writeTo(XdrWriter out) {
    long seconds = Math.clamp(modified.getEpochSecond(), 0, MAX_SECONDS); // as kernels clamp
    out.int32(mask).int32((int) seconds).int32(owner).int32(group).int32(mode);
    out.int32(0); // segment size, of old times
  }
}
