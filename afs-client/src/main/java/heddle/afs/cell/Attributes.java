package heddle.afs.cell;

import heddle.afs.rpc.StoreStatus;

/**
 * What is known of a vnode besides its data.
 *
 * @param mode the permission bits
 * @param owner AFS id
 * @param group AFS id
 * @param author AFS id of whoever last changed the data
 * @param linkCount number of names; of a directory two more than of the directories in it
 * @param parent vnode of the directory that it is in; 0 for the root of the volume
 * @param dataVersion counts changes of the data
 * @param modifiedSeconds when the data was changed, as the client says
 * @param serverSeconds when anything was changed, by the clock of the server
 */
record Attributes(
    int mode,
    int owner,
    int group,
    int author,
    int linkCount,
    int parent,
    long dataVersion,
    long modifiedSeconds,
    long serverSeconds) {
  private static final int MODE_BITS = 07777;
  private static final int SET_USER_ID = 04000;

  /** Returns what a new vnode begins with. */
  static Attributes made(int owner, int group, int linkCount, int parent, long nowSeconds) {
    return new Attributes(0777, owner, group, owner, linkCount, parent, 0, nowSeconds, nowSeconds);
  }

  /** Returns these with what {@code status} sets; the rest, the times too, stays as it is. */
  Attributes with(StoreStatus status) {
    return new Attributes(
        status.sets(StoreStatus.SET_MODE) ? status.mode() & MODE_BITS : mode,
        status.sets(StoreStatus.SET_OWNER) ? status.owner() : owner,
        status.sets(StoreStatus.SET_GROUP) ? status.group() : group,
        author,
        linkCount,
        parent,
        dataVersion,
        status.sets(StoreStatus.SET_MODIFIED)
            ? status.modified().getEpochSecond()
            : modifiedSeconds,
        serverSeconds);
  }

  /** Returns these after a change of the data. */
  Attributes written(int newAuthor, long nowSeconds) {
    return new Attributes(
        mode, owner, group, newAuthor, linkCount, parent, dataVersion + 1, nowSeconds, nowSeconds);
  }

  /** Returns these with another time of the last change. */
  Attributes touched(long nowSeconds) {
    return new Attributes(
        mode, owner, group, author, linkCount, parent, dataVersion, modifiedSeconds, nowSeconds);
  }

  Attributes withMode(int bits) {
    return new Attributes(
        bits, owner, group, author, linkCount, parent, dataVersion, modifiedSeconds, serverSeconds);
  }

  Attributes withLinkCount(int count) {
    return new Attributes(
        mode, owner, group, author, count, parent, dataVersion, modifiedSeconds, serverSeconds);
  }

  Attributes withParent(int vnode) {
    return new Attributes(
        mode, owner, group, author, linkCount, vnode, dataVersion, modifiedSeconds, serverSeconds);
  }

  Attributes withDataVersion(long version) {
    return new Attributes(
        mode, owner, group, author, linkCount, parent, version, modifiedSeconds, serverSeconds);
  }

  Attributes withoutSetUserId() {
    return new Attributes(
        mode & ~SET_USER_ID,
        owner,
        group,
        author,
        linkCount,
        parent,
        dataVersion,
        modifiedSeconds,
        serverSeconds);
  }
}
