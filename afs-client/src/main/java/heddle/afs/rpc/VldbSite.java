package heddle.afs.rpc;

/**
 * One server and partition that holds a volume.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg, VLSF_ flags.
 *
 * @param server the file server
 * @param partition number of the partition; 0 is /vicepa
 * @param flags which of the volumes are there, and their state
 */
public record VldbSite(ServerId server, int partition, int flags) {
  /** A read-only site that already has the new release while others still have the old one. */
  public static final int NEW_REPLICA = 0x01;

  public static final int READ_ONLY = 0x02;
  public static final int READ_WRITE = 0x04;
  public static final int BACKUP = 0x08;

  /** The server is named by UUID; {@link #server()} says so already. */
  static final int BY_UUID = 0x10;

  /** Not to be used: the release did not reach it. */
  public static final int DO_NOT_USE = 0x20;

  /** Returns whether a volume of that type is at this site. */
  public boolean holds(VolumeType type) {
    int wanted =
        switch (type) {
          case READ_ONLY -> READ_ONLY;
          case READ_WRITE, BACKUP -> READ_WRITE; // a backup is always beside its read-write volume
        };
    return hasFlags(wanted);
  }

  /** Returns whether every bit of {@code wanted} is set. */
  public boolean hasFlags(int wanted) {
    return (flags & wanted) == wanted;
  }
}
