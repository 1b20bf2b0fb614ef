package heddle.afs.nio;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;

/**
 * One name in a path: bytes, as AFS has them. As text they are UTF-8; a byte that is no part of
 * valid UTF-8 is the character {@code U+DC00} plus its value, which no valid text has, so that
 * every name has a text and that leads back to the name (docs/adr/0410). Immutable.
 */
final class PathName implements Comparable<PathName> {
  /** The name in the empty path. */
  static final PathName EMPTY = new PathName(new byte[0]);

  static final PathName DOT = of(".");
  static final PathName DOT_DOT = of("..");

  private static final char ESCAPE = '\udc00'; // plus the byte
  private static final char FIRST_ESCAPED = '\udc80';
  private static final char LAST_ESCAPED = '\udcff';

  private final byte[] bytes;

  private PathName(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the name of these bytes, which belong to it from now on. */
  static PathName ofBytes(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new PathName(bytes);
  }

  /**
   * Returns the name that {@code text} shows.
   *
   * @throws InvalidPathException if a surrogate in it is neither one of a pair nor an escape
   */
  static PathName of(String text) {
    return ofBytes(encode(text));
  }

  /** Returns the bytes; they must not be changed. */
  byte[] bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return bytes.length == 0;
  }

  /** Returns the bytes that {@code text} shows, slashes and all. */
  static byte[] encode(String text) {
    if (hasNoSurrogate(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(text.length(), 3));
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        out.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        out.put(text.substring(i, i + 2).getBytes(StandardCharsets.UTF_8));
        i++;
      } else if (c >= FIRST_ESCAPED && c <= LAST_ESCAPED) {
        out.put((byte) (c - ESCAPE));
      } else {
        throw new InvalidPathException(text, "half a character", i);
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static boolean hasNoSurrogate(String text) {
    return text.chars().noneMatch(c -> Character.isSurrogate((char) c));
  }

  private static String decode(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    while (result.isMalformed()) {
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE + Byte.toUnsignedInt(in.get())));
      }
      result = decoder.decode(in, out, true);
    }
    return out.flip().toString();
  }

  @Override
  public int compareTo(PathName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathName that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return decode(bytes);
  }
}
