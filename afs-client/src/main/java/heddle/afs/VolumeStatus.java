package heddle.afs;

/**
 * Use and limits of a volume and of the partition it is on; all sizes in units of 1024 bytes.
 *
 * @param quota greatest size; 0 is no limit, @param used size now
 */
public record VolumeStatus(
    String name, int volume, long quota, long used, long partitionFree, long partitionSize, boolean readOnly) {}
