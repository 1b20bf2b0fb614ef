package heddle.afs.cell;

/**
 * A user or group.
 *
 * @param id positive for users, negative for groups
 * @param owner id of the owner
 * @param creator id of whoever made it
 */
record PrincipalEntry(int id, String name, int owner, int creator) {
  boolean isGroup() {
    return id < 0;
  }
}
