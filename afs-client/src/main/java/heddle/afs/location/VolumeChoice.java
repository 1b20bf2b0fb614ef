package heddle.afs.location;

/**
 * Which of the volumes that share a name is wanted.
 *
 * <p>Protocol source: OpenAFS src/afs/VNOPS/afs_vnop_lookup.c, EvalMountData (behaviour).
 */
public enum VolumeChoice {
  /** The read-only volume if the volume has read-only sites, else the read-write one. */
  READ_ONLY_PREFERRED,
  /** The read-write volume if there is one, else the read-only one. */
  READ_WRITE_PREFERRED,
  /** The read-write volume and no other. */
  READ_WRITE,
  /** The read-only volume and no other. */
  READ_ONLY,
  /** The backup volume and no other. */
  BACKUP
}
