package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;

/**
 * Use and limits of a volume and of its partition; sizes in units of 1024 bytes.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, AFSFetchVolumeStatus and GetVolumeStatus.
 *
 * @param volume id of the volume
 * @param parentId id of the read-write volume it belongs to
 * @param online whether it is attached
 * @param inService whether it is in service
 * @param blessed whether the administrator lets it be used
 * @param needsSalvage whether it is damaged
 * @param writable whether it is a read-write volume
 * @param minQuota size that is reserved
 * @param maxQuota greatest size; 0 is no limit
 * @param used size now
 * @param partitionFree free on the partition
 * @param partitionSize size of the partition; servers cut both off at 2^31 - 1
 * @param name name of the volume
 * @param offlineMessage why it is offline
 * @param motd the message of the day
 */
public record FetchVolumeStatus(
    int volume,
    int parentId,
    boolean online,
    boolean inService,
    boolean blessed,
    boolean needsSalvage,
    boolean writable,
    long minQuota,
    long maxQuota,
    long used,
    long partitionFree,
    long partitionSize,
    String name,
    String offlineMessage,
    String motd) {
  static final int MAX_NAME_BYTES = 256;
  static final int MAX_MESSAGE_BYTES = 1024;

  /** Reads the results of GetVolumeStatus. */
  static FetchVolumeStatus readFrom(XdrReader in) throws IOException {
    return new FetchVolumeStatus(
        in.int32(),
        in.int32(),
        readFlag(in),
        readFlag(in),
        readFlag(in),
        readFlag(in),
        in.int32() != 0, // type: 0 is read-only
        in.uint32(),
        in.uint32(),
        in.uint32(),
        in.uint32(),
        in.uint32(),
        in.string(MAX_NAME_BYTES),
        in.string(MAX_MESSAGE_BYTES),
        in.string(MAX_MESSAGE_BYTES));
  }

  /** Appends the results of GetVolumeStatus, as a file server does. */
  public void writeTo(XdrWriter out) {
    out.int32(volume).int32(parentId);
    out.int32(flag(online)).int32(flag(inService)).int32(flag(blessed)).int32(flag(needsSalvage));
    out.int32(flag(writable));
    out.int32((int) minQuota).int32((int) maxQuota).int32((int) used);
    out.int32(cutOff(partitionFree)).int32(cutOff(partitionSize));
    out.string(name, MAX_NAME_BYTES);
    out.string(offlineMessage, MAX_MESSAGE_BYTES).string(motd, MAX_MESSAGE_BYTES);
  }

  private static int flag(boolean value) {
    return value ? 1 : 0;
  }

  private static int cutOff(long blocks) {
    return (int) Math.min(blocks, Integer.MAX_VALUE);
  }

  private static boolean readFlag(XdrReader in) throws IOException {
    return (in.int32() & 0xff) != 0; // a char of C
  }
}
