package heddle.afs.cell;

/**
 * What is known of a volume besides its vnodes. Immutable.
 *
 * @param name with the suffix of a read-only or backup volume
 * @param parentId id of the read-write volume
 * @param creationSeconds when this instance was made; of a read-only volume the release
 * @param updateSeconds when it was last changed
 * @param quotaBlocks greatest size in units of 1024 bytes; 0 is no limit
 * @param minQuotaBlocks what an administrator said is reserved, in such units; nothing follows
 * @param offlineMessage why it is offline; may be empty
 * @param motd the message of the day
 */
record VolumeHeader(
    int id,
    String name,
    VolumeKind kind,
    int parentId,
    long creationSeconds,
    long updateSeconds,
    int quotaBlocks,
    int minQuotaBlocks,
    String offlineMessage,
    String motd) {
  VolumeHeader updated(long nowSeconds) {
    return new VolumeHeader(
        id,
        name,
        kind,
        parentId,
        creationSeconds,
        nowSeconds,
        quotaBlocks,
        minQuotaBlocks,
        offlineMessage,
        motd);
  }

  VolumeHeader withQuota(int newQuotaBlocks, int newMinQuotaBlocks) {
    return new VolumeHeader(
        id,
        name,
        kind,
        parentId,
        creationSeconds,
        updateSeconds,
        newQuotaBlocks,
        newMinQuotaBlocks,
        offlineMessage,
        motd);
  }

  VolumeHeader withMessages(String newOfflineMessage, String newMotd) {
    return new VolumeHeader(
        id,
        name,
        kind,
        parentId,
        creationSeconds,
        updateSeconds,
        quotaBlocks,
        minQuotaBlocks,
        newOfflineMessage,
        newMotd);
  }

  /** Returns the header of the read-only volume that is made of this. */
  VolumeHeader readOnly(int newId, long nowSeconds) {
    return new VolumeHeader(
        newId,
        name + ".readonly",
        VolumeKind.READ_ONLY,
        id,
        nowSeconds,
        updateSeconds,
        quotaBlocks,
        minQuotaBlocks,
        "",
        motd);
  }
}
