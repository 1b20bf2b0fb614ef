package heddle.afs.cell;

/** What kind of volume it is; in the order of their numbers on the wire. */
enum VolumeKind {
  READ_WRITE,
  READ_ONLY,
  BACKUP
}
