package heddle.afs.nio;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** URIs of paths: the bytes of names, percent-encoded, whether they are UTF-8 or not. */
final class PathUris {
  /** The scheme of AFS file systems. */
  static final String SCHEME = "afs";

  private static final String PLAIN = "/-._~!$&'()*+,;=:@"; // beside letters and digits
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PathUris() {}

  static URI of(String authority, byte[] path) {
    StringBuilder uri = new StringBuilder(SCHEME).append("://").append(authority);
    for (byte each : path) {
      char c = (char) Byte.toUnsignedInt(each);
      if (isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0) {
        uri.append(c);
      } else {
        uri.append('%').append(HEX.toHexDigits(each));
      }
    }
    return URI.create(uri.toString());
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /**
   * Returns the authority, which names the file system; empty for the one of all cells.
   *
   * @throws IllegalArgumentException if it is no URI of an AFS file system
   */
  static String authority(URI uri) {
    if (!SCHEME.equalsIgnoreCase(uri.getScheme())) {
      throw new IllegalArgumentException("not of scheme " + SCHEME + ": " + uri);
    }
    if (uri.isOpaque() || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("not of the form afs://CELL/PATH: " + uri);
    }
    String authority = uri.getRawAuthority();
    return authority == null ? "" : authority;
  }

  /**
   * Returns the bytes of the path.
   *
   * @throws IllegalArgumentException if there is no absolute path in it, or a NUL byte
   */
  static byte[] path(URI uri) {
    String raw = uri.getRawPath();
    if (raw == null || !raw.startsWith("/")) {
      throw new IllegalArgumentException("without an absolute path: " + uri);
    }
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) == '%') {
        path.write(HexFormat.fromHexDigits(raw, i + 1, i + 3));
        i += 2;
      } else {
        int next = raw.offsetByCodePoints(i, 1);
        path.writeBytes(raw.substring(i, next).getBytes(StandardCharsets.UTF_8));
        i = next - 1;
      }
    }
    byte[] bytes = path.toByteArray();
    for (byte each : bytes) {
      if (each == 0) {
        throw new IllegalArgumentException("NUL byte in " + uri);
      }
    }
    return bytes;
  }
}
