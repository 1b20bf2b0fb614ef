package heddle.afs.rpc;

import java.util.List;
import java.util.OptionalInt;

/**
 * A volume's entry in the volume location database, from whichever call it came.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg, vldbentry, nvldbentry, uvldbentry.
 *
 * @param name of the read-write volume, without suffix
 * @param readWriteId id of the read-write volume; 0 if there is none
 * @param readOnlyId id of the read-only volumes; 0 if there is none
 * @param backupId id of the backup volume; 0 if there is none
 * @param cloneId id of the clone while a release is under way
 * @param flags {@link #RW_EXISTS}, {@link #RO_EXISTS}, {@link #BACKUP_EXISTS} and operations
 * @param sites where the volumes are, in the order of the wire
 */
public record VldbEntry(
    String name,
    int readWriteId,
    int readOnlyId,
    int backupId,
    int cloneId,
    int flags,
    List<VldbSite> sites) {
  public static final int RW_EXISTS = 0x1000;
  public static final int RO_EXISTS = 0x2000;
  public static final int BACKUP_EXISTS = 0x4000;

  /** Returns the id of the volume of that type where it exists. */
  public OptionalInt volumeId(VolumeType type) {
    int bit =
        switch (type) {
          case READ_WRITE -> RW_EXISTS;
          case READ_ONLY -> RO_EXISTS;
          case BACKUP -> BACKUP_EXISTS;
        };
    int id =
        switch (type) {
          case READ_WRITE -> readWriteId;
          case READ_ONLY -> readOnlyId;
          case BACKUP -> backupId;
        };
    return (flags & bit) != 0 && id != 0 ? OptionalInt.of(id) : OptionalInt.empty();
  }
}
