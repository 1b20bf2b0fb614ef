package heddle.fuse;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Local paths as the bytes that they are. Java decodes and encodes them with the charset of the
 * locale and loses what that charset cannot express; only their URI form holds every byte.
 */
public final class PathBytes {
  private static final byte[] WORKING_DIRECTORY =
      "/proc/self/cwd/".getBytes(StandardCharsets.US_ASCII);

  private PathBytes() {}

  /** Returns the bytes of {@code path}, made absolute. */
  public static byte[] of(Path path) {
    String raw = path.toAbsolutePath().toUri().getRawPath();
    var bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(raw.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    byte[] all = bytes.toByteArray();
    // the URI of an existing directory ends with a slash
    return all.length > 1 && all[all.length - 1] == '/' ? Arrays.copyOf(all, all.length - 1) : all;
  }

  /**
   * Returns the path of exactly these bytes. A relative one is taken from the working directory.
   *
   * @throws IllegalArgumentException if there is a NUL byte in it
   */
  public static Path toPath(byte[] path) {
    var uri = new StringBuilder("file://");
    if (path.length == 0 || path[0] != '/') {
      append(uri, WORKING_DIRECTORY);
    }
    append(uri, path);
    return Path.of(URI.create(uri.toString()));
  }

  /** Returns the bytes of a path as it was given: one from the working directory stays one. */
  static byte[] given(Path path) {
    byte[] all = of(path);
    int length = WORKING_DIRECTORY.length;
    return all.length > length && Arrays.equals(all, 0, length, WORKING_DIRECTORY, 0, length)
        ? Arrays.copyOfRange(all, length, all.length)
        : all;
  }

  /** Returns a path as it was given, for messages. */
  public static String shown(Path path) {
    return Printable.of(given(path));
  }

  /**
   * Returns what a symbolic link to exactly these bytes points to: a relative path stays one.
   *
   * @throws IllegalArgumentException if it is empty or there is a NUL byte in it
   */
  public static Path toLinkTarget(byte[] target) {
    if (target.length == 0) {
      throw new IllegalArgumentException("empty link");
    }
    if (target[0] == '/') {
      return toPath(target);
    }
    byte[] below = new byte[target.length + 3];
    below[0] = '/';
    below[1] = 'x';
    below[2] = '/';
    System.arraycopy(target, 0, below, 3, target.length);
    Path path = toPath(below);
    return path.subpath(1, path.getNameCount());
  }

  private static void append(StringBuilder uri, byte[] path) {
    for (byte b : path) {
      if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '/') {
        uri.append((char) b);
      } else {
        uri.append('%').append(Character.forDigit((b >> 4) & 0xf, 16));
        uri.append(Character.forDigit(b & 0xf, 16));
      }
    }
  }
}
