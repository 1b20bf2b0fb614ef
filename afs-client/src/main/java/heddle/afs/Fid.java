package heddle.afs;

/**
 * The name of a file for ever: cell, volume, vnode, uniquifier (unsigned 32 bits each).
 *
 * @param cell name of the cell; empty for what the client itself makes up (the dynamic root)
 */
public record Fid(String cell, int volume, int vnode, int uniquifier) {
  /**
   * Returns a number that stands for the file within a mount ({@code st_ino}): vnode below, volume
   * and cell above. The same in every process and at every time; never 0 for a real vnode.
   */
  public long inodeNumber() {
    return ((long) (volume ^ Integer.rotateLeft(cell.hashCode(), 16)) << 32)
        | Integer.toUnsignedLong(vnode);
  }

  @Override
  public int hashCode() {
    return ((cell.hashCode() * 31 + volume) * 31 + vnode) * 31 + uniquifier;
  }

  @Override
  public String toString() {
    return cell
        + ":"
        + Integer.toUnsignedString(volume)
        + "."
        + Integer.toUnsignedString(vnode)
        + "."
        + Integer.toUnsignedString(uniquifier);
  }
}
