package heddle.fuse;

import heddle.afs.AfsPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jnr.ffi.Pointer;

/** A path of a request, as bytes. */
final class MountPath {
  /** The path of an operation that has none. */
  static final MountPath NONE = new MountPath(new byte[0]);

  private static final byte[] HIDDEN_BY_LIBRARY =
      ".fuse_hidden".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HIDDEN = ".__afs".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

  private MountPath(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads the C string at {@code path}. */
  static MountPath read(Pointer path) {
    return new MountPath(renamed(NativeStrings.read(path)));
  }

  /** Gives a file that libfuse hides the kind of name that AFS users know. */
  private static byte[] renamed(byte[] bytes) {
    int start = lastName(bytes);
    if (!startsWith(bytes, start, HIDDEN_BY_LIBRARY)) {
      return bytes;
    }
    int rest = start + HIDDEN_BY_LIBRARY.length;
    byte[] renamed = Arrays.copyOf(bytes, bytes.length - HIDDEN_BY_LIBRARY.length + HIDDEN.length);
    System.arraycopy(HIDDEN, 0, renamed, start, HIDDEN.length);
    System.arraycopy(bytes, rest, renamed, start + HIDDEN.length, bytes.length - rest);
    return renamed;
  }

  private static int lastName(byte[] bytes) {
    int start = bytes.length;
    while (start > 0 && bytes[start - 1] != '/') {
      start--;
    }
    return start;
  }

  private static boolean startsWith(byte[] bytes, int start, byte[] prefix) {
    int end = start + prefix.length;
    return end <= bytes.length && Arrays.equals(bytes, start, end, prefix, 0, prefix.length);
  }

  /** Returns whether it is the name of a file that was open when its own name was removed. */
  boolean isHidden() {
    return startsWith(bytes, lastName(bytes), HIDDEN);
  }

  boolean isRoot() {
    return bytes.length == 1;
  }

  AfsPath afsPath() {
    return AfsPath.of(bytes);
  }

  /**
   * Returns the bytes as characters of the same numbers: equal for equal paths, small, hashed once.
   */
  String key() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Returns the path fit for a line of a log: UTF-8, control characters escaped. */
  @Override
  public String toString() {
    return Printable.of(bytes);
  }
}
