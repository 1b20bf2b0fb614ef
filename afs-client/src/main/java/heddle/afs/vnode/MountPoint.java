package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.rpc.VolumeType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a mount point says: {@code #[cell:]volume.} or {@code %[cell:]volume.}
 *
 * <p>Protocol source: OpenAFS src/afs/VNOPS/afs_vnop_lookup.c, EvalMountData; Linux fs/afs/mntpt.c
 * (behaviour).
 *
 * @param kind regular or read-write
 * @param cell name of another cell, if one is given
 * @param volume name of the volume without suffix, or its id in decimal
 * @param suffix what the suffix of the name asks for; {@link VolumeType#READ_WRITE} is none
 */
public record MountPoint(Kind kind, Optional<String> cell, String volume, VolumeType suffix) {
  /** Greatest length of the contents in bytes: a cell, a volume and the signs around them. */
  public static final int MAX_BYTES = 1024;

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
    String text = new String(contents, StandardCharsets.UTF_8);
    if (contents.length > MAX_BYTES || text.length() < 3 || !text.endsWith(".")) {
      throw malformed(text);
    }
    Kind kind =
        switch (text.charAt(0)) {
          case '#' -> Kind.REGULAR;
          case '%' -> Kind.READ_WRITE;
          default -> throw malformed(text);
        };
    String target = text.substring(1, text.length() - 1);
    int colon = target.indexOf(':');
    String cell = colon < 0 ? "" : target.substring(0, colon);
    String name = target.substring(colon + 1);
    VolumeType suffix = VolumeType.ofName(name);
    String volume = name.substring(0, name.length() - suffix.suffix().length());
    if (colon == 0 || volume.isEmpty() || !isPlain(cell) || !isPlain(volume)) {
      throw malformed(text);
    }
    return new MountPoint(
        kind, cell.isEmpty() ? Optional.empty() : Optional.of(cell), volume, suffix);
  }

  /** Whether names of cells and volumes are of such characters only. */
  private static boolean isPlain(String name) {
    return name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':' && c != '/');
  }

  private static AfsException.ProtocolViolation malformed(String text) {
    return new AfsException.ProtocolViolation("no mount point: \"" + text + "\"");
  }

  /** Returns the contents that {@link #parse} would parse to this. */
  @Override
  public String toString() {
    return (kind == Kind.REGULAR ? "#" : "%")
        + cell.map(name -> name + ":").orElse("")
        + volume
        + suffix.suffix()
        + ".";
  }
}
