package heddle.fuse;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names as text for people: what cannot be printed is escaped as {@code \xNN}. */
public final class Printable {
  private Printable() {}

  /** Returns {@code name} as UTF-8 text if it is UTF-8, else byte by byte. */
  public static String of(byte[] name) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      text = new String(name, StandardCharsets.ISO_8859_1);
      return escape(text, 0x7e);
    }
    return escape(text, Character.MAX_VALUE);
  }

  /** Returns {@code text} with what cannot be printed escaped. */
  public static String of(String text) {
    return escape(text, Character.MAX_VALUE);
  }

  private static String escape(String text, int greatest) {
    int first = 0;
    while (first < text.length() && !mustEscape(text.charAt(first), greatest)) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    var escaped = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (mustEscape(c, greatest)) {
        escaped.append(String.format("\\x%02x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static boolean mustEscape(char c, int greatest) {
    return Character.isISOControl(c) || c > greatest;
  }
}
