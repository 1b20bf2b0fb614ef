package heddle.afs.rpc;

/**
 * The three volumes that a VLDB entry names, in wire order.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg, src/volser/volser.p.h (suffixes).
 */
public enum VolumeType {
  READ_WRITE(""),
  READ_ONLY(".readonly"),
  BACKUP(".backup");

  private final String suffix;

  VolumeType(String suffix) {
    this.suffix = suffix;
  }

  /** Returns what a volume's name ends with, empty for the read-write volume. */
  public String suffix() {
    return suffix;
  }

  /** Returns which volume a name with or without suffix means. */
  public static VolumeType ofName(String name) {
    for (VolumeType type : values()) {
      if (type != READ_WRITE && name.endsWith(type.suffix)) {
        return type;
      }
    }
    return READ_WRITE;
  }
}
