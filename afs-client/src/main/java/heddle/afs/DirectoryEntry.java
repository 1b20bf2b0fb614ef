package heddle.afs;

import java.nio.charset.StandardCharsets;

/**
 * One name of a directory.
 *
 * @param name belongs to the reader: it must not be changed
 * @param fid what it names
 */
public record DirectoryEntry(byte[] name, Fid fid) {
  /** Returns the name as text; bytes that are no UTF-8 become replacement characters. */
  public String nameText() {
    return new String(name, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return nameText() + " -> " + fid;
  }
}
