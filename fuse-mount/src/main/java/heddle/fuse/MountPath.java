package heddle.fuse;

import heddle.afs.AfsPath;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/** A path of a request, as bytes. */
final class MountPath {
  /** The path of an operation that has none. */
  static final MountPath NONE = new MountPath(new byte[0]);

  private final byte[] bytes;

  private MountPath(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads the C string at {@code path}. */
  static MountPath read(Pointer path) {
    byte[] bytes = new byte[path.indexOf(0, (byte) 0)];
    path.get(0, bytes, 0, bytes.length);
    return new MountPath(bytes);
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
