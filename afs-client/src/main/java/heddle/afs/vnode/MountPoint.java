package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.rpc.VolumeType;
import java.util.Optional;

/**
 * What a mount point says: {@code #[cell:]volume.} or {@code %[cell:]volume.}
 *
 * <p>Protocol source: OpenAFS src/afs/VNOPS/afs_vnop_lookup.c, EvalMountData (behaviour).
 *
 * @param kind regular or read-write
 * @param cell name of another cell, if one is given
 * @param volume name of the volume without suffix, or its id in decimal
 * @param suffix what the suffix of the name asks for; {@link VolumeType#READ_WRITE} is none
 */
public record MountPoint(Kind kind, Optional<String> cell, String volume, VolumeType suffix) {
  /** Which volume a mount point leads to. */
  public enum Kind {
    /** {@code #}: in a read-only volume to a read-only one if there is any, else read-write. */
    REGULAR,
    /** {@code %}: always the volume that is named. */
    READ_WRITE
  }

  /**
   * Parses the contents of a mount point.
   *
   * @throws AfsException.ProtocolViolation if they are none
   */
  public static MountPoint parse(byte[] contents) throws AfsException.ProtocolViolation {
    throw new UnsupportedOperationException();
  }
}
