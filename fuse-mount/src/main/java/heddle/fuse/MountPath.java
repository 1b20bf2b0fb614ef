package heddle.fuse;

import heddle.afs.AfsPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jnr.ffi.Pointer;

/** A path of a request, as bytes. */
final class MountPath {
  /** The path of an operation that has none. */
  static final MountPath NONE = new MountPath(new byte[0], false);

  private static final byte[] HIDDEN_BY_LIBRARY =
      ".fuse_hidden".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HIDDEN = ".__afs".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

  private final boolean hiddenByLibrary;

  private MountPath(byte[] bytes, boolean hiddenByLibrary) {
    this.bytes = bytes;
    this.hiddenByLibrary = hiddenByLibrary;
  }

  /** Reads the C string at {@code path}. */
  static MountPath read(Pointer path) {
    byte[] bytes = NativeStrings.read(path);
    int start = lastName(bytes);
    return startsWith(bytes, start, HIDDEN_BY_LIBRARY)
        ? new MountPath(renamed(bytes, start), true)
        : new MountPath(bytes, false);
  }

  /** Returns the path whose {@link #key} that is. */
  static MountPath ofKey(String key) {
    return new MountPath(key.getBytes(StandardCharsets.ISO_8859_1), false);
  }

  /** Gives a file that libfuse hides the kind of name that AFS users know. */
  private static byte[] renamed(byte[] bytes, int start) {
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

  /**
   * Returns whether libfuse gives this name to a file that is open while its own is removed. A name
   * that looks like that in AFS may be anybody's.
   */
  boolean isHiddenByLibrary() {
    return hiddenByLibrary;
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
