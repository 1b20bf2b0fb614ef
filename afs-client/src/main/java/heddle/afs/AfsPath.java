package heddle.afs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An absolute path below the client's root ({@code /CELL/dir/file} with the dynamic root). Names
 * are bytes, as in AFS; immutable.
 *
 * <p>A path is only split here: empty names (from doubled or final slashes) are dropped, {@code .}
 * and {@code ..} are kept for the walk to follow, and the length of a name is judged there too.
 */
public final class AfsPath {
  /**
   * Greatest length of one name in bytes, one more than most file systems have. OpenAFS's client
   * makes such names and its servers keep them.
   *
   * <p>Protocol source: OpenAFS src/fsint/common.xg, {@code AFSNAMEMAX}.
   */
  public static final int MAX_NAME_BYTES = 256;

  /** Longest name that something can be given, in bytes: servers count a zero behind it. */
  public static final int MAX_NEW_NAME_BYTES = MAX_NAME_BYTES - 1;

  private static final byte[][] NO_NAMES = {};
  private static final AfsPath ROOT = new AfsPath(NO_NAMES);

  private final byte[][] names;

  private AfsPath(byte[][] names) {
    this.names = names;
  }

  /** Returns the client's root. */
  public static AfsPath root() {
    return ROOT;
  }

  /**
   * Parses {@code path}: bytes separated by slashes. A path without a slash in front means the same
   * as one with it.
   *
   * @throws IllegalArgumentException if there is a NUL byte in it
   */
  public static AfsPath of(byte[] path) {
    List<byte[]> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        if (i > start) {
          names.add(Arrays.copyOfRange(path, start, i));
        }
        start = i + 1;
      } else if (path[i] == 0) {
        throw new IllegalArgumentException("NUL byte in path");
      }
    }
    return names.isEmpty() ? ROOT : new AfsPath(names.toArray(NO_NAMES));
  }

  /**
   * Parses the UTF-8 form of {@code path}.
   *
   * @throws IllegalArgumentException if there is a NUL character in it
   */
  public static AfsPath of(String path) {
    return of(path.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the number of names; 0 for the root. */
  public int nameCount() {
    return names.length;
  }

  /** Returns the name at {@code index}, counted from 0; it must not be changed. */
  public byte[] name(int index) {
    return names[index];
  }

  /** Returns the path of {@code name} below this one. */
  public AfsPath resolve(byte[] name) {
    byte[][] longer = Arrays.copyOf(names, names.length + 1);
    longer[names.length] = name.clone();
    return new AfsPath(longer);
  }

  /** Returns the path of {@code below}, taken from here. */
  public AfsPath resolve(AfsPath below) {
    if (names.length == 0) {
      return below;
    }
    byte[][] longer = Arrays.copyOf(names, names.length + below.names.length);
    System.arraycopy(below.names, 0, longer, names.length, below.names.length);
    return new AfsPath(longer);
  }

  /** Returns the path without its first {@code count} names. */
  public AfsPath from(int count) {
    return new AfsPath(Arrays.copyOfRange(names, count, names.length));
  }

  /** Returns the path without its last name; the root's parent is the root. */
  public AfsPath parent() {
    return names.length <= 1 ? ROOT : new AfsPath(Arrays.copyOf(names, names.length - 1));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AfsPath that && Arrays.deepEquals(names, that.names);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(names);
  }

  /** Returns the path as text; bytes that are no UTF-8 show as replacement characters. */
  @Override
  public String toString() {
    if (names.length == 0) {
      return "/";
    }
    StringBuilder text = new StringBuilder();
    for (byte[] name : names) {
      text.append('/').append(new String(name, StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}
