package heddle.afs.cell;

import heddle.rxrpc.xdr.XdrWriter;
import java.util.Optional;

/**
 * What a volume server tells of one volume.
 *
 * <p>Protocol source: OpenAFS src/volser/volint.xg, volintInfo and volintXInfo.
 *
 * @param header what is known of the volume
 * @param readOnlyId id of the read-only copy, 0 if there is none
 * @param inService whether it can be used
 * @param vnodes number of files and directories
 * @param usedBlocks size in units of 1024 bytes
 */
record VolumeFacts(
    VolumeHeader header, int readOnlyId, boolean inService, int vnodes, long usedBlocks) {
  private static final int NAME = 32; // characters
  private static final int ONLINE = 2;
  private static final int STATISTICS = 2 * 4 + 4 * 6; // words of volintXInfo

  static VolumeFacts of(Volume volume, VolumeTable volumes) {
    VolumeHeader header = volume.header();
    Optional<Volume> copy = volumes.byId(VolumeIds.readOnly(header.parentId()));
    return new VolumeFacts(
        header,
        copy.map(Volume::id).orElse(0),
        volume.outage() == 0,
        volume.vnodeCount(),
        volume.usedBlocks());
  }

  /** Appends characters as rxgen does: each takes a word. */
  static void writeCharacters(XdrWriter out, String text, int length) {
    for (int i = 0; i < length; i++) {
      out.int32(i < text.length() && i < length - 1 ? text.charAt(i) : 0);
    }
  }

  /** Appends a volintInfo. */
  void write(XdrWriter out) {
    writeIds(out);
    out.int32(0).int32(0); // needs no salvage, is not to be destroyed
    writeUse(out);
    out.int32(0).int32(header.minQuotaBlocks()).int32(0).int32(0).int32(0);
  }

  /** Appends a volintXInfo; nothing is counted. */
  void writeExtended(XdrWriter out) {
    writeIds(out);
    writeUse(out);
    for (int i = 0; i < STATISTICS; i++) {
      out.int32(0);
    }
  }

  private void writeIds(XdrWriter out) {
    writeCharacters(out, header.name(), NAME);
    out.int32(header.id()).int32(header.kind().ordinal());
    out.int32(0).int32(header.parentId()).int32(readOnlyId); // the first: no backup
    out.int32(ONLINE).int32((int) header.creationSeconds()).int32(inService ? 1 : 0);
  }

  private void writeUse(XdrWriter out) {
    out.int32((int) header.creationSeconds()).int32(0).int32((int) header.updateSeconds()).int32(0);
    out.int32(0).int32(vnodes).int32(header.quotaBlocks());
    out.int32((int) Math.min(usedBlocks, Integer.MAX_VALUE));
  }
}
