package heddle.fuse;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

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
    return all.length > 1 && all[all.length - 1] == '/'
        ? java.util.Arrays.copyOf(all, all.length - 1)
        : all;
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
