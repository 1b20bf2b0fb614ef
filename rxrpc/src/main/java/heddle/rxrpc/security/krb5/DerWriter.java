package heddle.rxrpc.security.krb5;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes DER, as far as Kerberos uses it: each method returns the value encoded.
 *
 * <p>Protocol source: RFC 4120, 5.2; ITU-T X.690.
 */
final class DerWriter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private DerWriter() {}

  /** Returns the values one after the other, inside a tag. */
  static byte[] value(int tag, byte[]... contents) {
    int length = 0;
    for (byte[] content : contents) {
      length += content.length;
    }
    int lengthBytes = length < 0x80 ? 0 : length < 0x100 ? 1 : 2;
    byte[] value = new byte[2 + lengthBytes + length];
    value[0] = (byte) tag;
    int at = 1;
    if (lengthBytes > 0) {
      value[at++] = (byte) (0x80 | lengthBytes);
    }
    if (lengthBytes > 1) {
      value[at++] = (byte) (length >> 8);
    }
    value[at++] = (byte) length;
    for (byte[] content : contents) {
      System.arraycopy(content, 0, value, at, content.length);
      at += content.length;
    }
    return value;
  }

  static byte[] sequence(byte[]... fields) {
    return value(DerReader.SEQUENCE, fields);
  }

  static byte[] field(int number, byte[] value) {
    return value(DerReader.CONTEXT | number, value);
  }

  static byte[] int32(int number) {
    int bytes = Integer.BYTES;
    while (bytes > 1 && fits(number, bytes - 1)) {
      bytes--;
    }
    byte[] content = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      content[i] = (byte) (number >> (8 * (bytes - 1 - i)));
    }
    return value(DerReader.INTEGER, content);
  }

  /** Returns whether so many bytes, with the sign in the highest bit, are enough. */
  private static boolean fits(int number, int bytes) {
    int shift = 8 * (Integer.BYTES - bytes);
    return number << shift >> shift == number;
  }

  static byte[] octets(byte[] octets) {
    return value(DerReader.OCTET_STRING, octets);
  }

  static byte[] flags(int flags) {
    byte[] content = {
      0, (byte) (flags >> 24), (byte) (flags >> 16), (byte) (flags >> 8), (byte) flags
    };
    return value(DerReader.BIT_STRING, content);
  }

  static byte[] string(String string) {
    return value(DerReader.GENERAL_STRING, string.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] seconds(long since1970) {
    String text = TIME.format(Instant.ofEpochSecond(since1970));
    return value(DerReader.GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }
}
