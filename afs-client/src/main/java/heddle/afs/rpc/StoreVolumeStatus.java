package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;

/**
 * What to set of a volume's status. Begin with {@link #NOTHING}; each {@code with} method returns a
 * changed copy.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, AFSStoreVolumeStatus; src/viced/afsfileprocs.c
 * (empty texts change nothing).
 *
 * @param mask which of the quotas count
 * @param minQuota size to reserve, in units of 1024 bytes
 * @param maxQuota greatest size, in units of 1024 bytes; 0 is no limit
 * @param offlineMessage why it is offline; empty leaves it
 * @param motd the message of the day; empty leaves it
 */
public record StoreVolumeStatus(
    int mask, int minQuota, int maxQuota, String offlineMessage, String motd) {
  public static final int SET_MIN_QUOTA = 0x1;
  public static final int SET_MAX_QUOTA = 0x2;

  /** Sets nothing. */
  public static final StoreVolumeStatus NOTHING = new StoreVolumeStatus(0, 0, 0, "", "");

  /** Returns a copy that sets the greatest size, in units of 1024 bytes; 0 is no limit. */
  public StoreVolumeStatus withMaxQuota(int quota) {
    return new StoreVolumeStatus(mask | SET_MAX_QUOTA, minQuota, quota, offlineMessage, motd);
  }

  /** Returns a copy that sets the size to reserve, in units of 1024 bytes. */
  public StoreVolumeStatus withMinQuota(int quota) {
    return new StoreVolumeStatus(mask | SET_MIN_QUOTA, quota, maxQuota, offlineMessage, motd);
  }

  /** Returns a copy that sets the message of the day. */
  public StoreVolumeStatus withMotd(String text) {
    return new StoreVolumeStatus(mask, minQuota, maxQuota, offlineMessage, text);
  }

  /** Returns a copy that sets the offline message. */
  public StoreVolumeStatus withOfflineMessage(String text) {
    return new StoreVolumeStatus(mask, minQuota, maxQuota, text, motd);
  }

  /** Reads the XDR form, as a file server does; that of the name too, which counts for nothing. */
  public static StoreVolumeStatus readFrom(XdrReader in) throws IOException {
    int mask = in.int32();
    int minQuota = in.int32();
    int maxQuota = in.int32();
    in.string(FetchVolumeStatus.MAX_NAME_BYTES);
    return new StoreVolumeStatus(
        mask,
        minQuota,
        maxQuota,
        in.string(FetchVolumeStatus.MAX_MESSAGE_BYTES),
        in.string(FetchVolumeStatus.MAX_MESSAGE_BYTES));
  }

  void writeTo(XdrWriter out) {
    out.int32(mask).int32(minQuota).int32(maxQuota);
    out.string("", FetchVolumeStatus.MAX_NAME_BYTES); // a volume is not renamed this way
    out.string(offlineMessage, FetchVolumeStatus.MAX_MESSAGE_BYTES);
    out.string(motd, FetchVolumeStatus.MAX_MESSAGE_BYTES);
  }
}
