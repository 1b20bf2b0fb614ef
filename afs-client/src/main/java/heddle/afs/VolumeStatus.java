package heddle.afs;

/**
 * Use and limits of a volume and of the partition it is on; all sizes in units of 1024 bytes.
 *
 * @param name of the volume, suffix included
 * @param volume id of the volume
 * @param quota greatest size; 0 is no limit
 * @param used size now
 * @param partitionFree free on the partition
 * @param partitionSize size of the partition
 * @param readOnly whether the volume cannot be written
 * @param offlineMessage why the volume is offline, or will be; usually empty
 * @param motd the volume's message of the day; usually empty
 */
public record VolumeStatus(
    String name,
    int volume,
    long quota,
    long used,
    long partitionFree,
    long partitionSize,
    boolean readOnly,
    String offlineMessage,
    String motd) {}
