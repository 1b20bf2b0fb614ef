package heddle.afs;

/**
 * The name of a file for ever: cell, volume, vnode, uniquifier (unsigned 32 bits each).
 *
 * @param cell name of the cell; empty for what the client itself makes up (the dynamic root)
 */
public record Fid(String cell, int volume, int vnode, int uniquifier) {
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
