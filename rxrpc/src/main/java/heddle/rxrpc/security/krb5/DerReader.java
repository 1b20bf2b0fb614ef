package heddle.rxrpc.security.krb5;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Reads DER, as far as Kerberos uses it, straight down a structure. Allocates no more than it is
 * given, and no input makes it fail otherwise than by {@link MalformedKerberosException}.
 *
 * <p>Lengths may take more bytes than they need, as those of some KDCs do.
 *
 * <p>Protocol source: RFC 4120, 5.2; ITU-T X.690.
 */
final class DerReader {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int GENERALIZED_TIME = 0x18;
  static final int GENERAL_STRING = 0x1b;
  static final int SEQUENCE = 0x30;
  static final int APPLICATION = 0x60;
  static final int CONTEXT = 0xa0;

  private static final int MAX_LENGTH_BYTES = 4;
  private static final int MAX_INTEGER_BYTES = 5; // of an unsigned number of 32 bits
  private static final int TIME_BYTES = "19700101000000Z".length();

  private final ByteBuffer in;

  DerReader(byte[] encoded) {
    this(ByteBuffer.wrap(encoded));
  }

  private DerReader(ByteBuffer in) {
    this.in = in;
  }

  /** Returns whether the next value, if there is one, has this tag. */
  boolean nextIs(int tag) {
    return in.hasRemaining() && Byte.toUnsignedInt(in.get(in.position())) == tag;
  }

  /** Returns whether there is another value. */
  boolean hasMore() {
    return in.hasRemaining();
  }

  /** Returns what is inside the next value, which must have this tag. */
  DerReader enter(int tag) throws MalformedKerberosException {
    return new DerReader(content(tag));
  }

  /** Enters a SEQUENCE, perhaps inside a tag of its own. */
  DerReader enterSequence(int outerTag) throws MalformedKerberosException {
    DerReader outer = enter(outerTag);
    DerReader sequence = outer.enter(SEQUENCE);
    outer.end();
    return sequence;
  }

  /** Fails unless everything was read. */
  void end() throws MalformedKerberosException {
    if (in.hasRemaining()) {
      throw new MalformedKerberosException("a structure holds more than it should");
    }
  }

  /** Skips the next value if it has this tag. */
  void skipOptional(int tag) throws MalformedKerberosException {
    if (nextIs(tag)) {
      content(tag);
    }
  }

  /** Reads an INTEGER in a tag, the lower 32 bits of it: signed and unsigned ones alike. */
  int int32(int tag) throws MalformedKerberosException {
    DerReader field = enter(tag);
    ByteBuffer bytes = field.content(INTEGER);
    field.end();
    if (!bytes.hasRemaining() || bytes.remaining() > MAX_INTEGER_BYTES) {
      throw new MalformedKerberosException("an integer of " + bytes.remaining() + " bytes");
    }
    long value = bytes.get();
    while (bytes.hasRemaining()) {
      value = value << 8 | Byte.toUnsignedInt(bytes.get());
    }
    if (value < Integer.MIN_VALUE || value > 0xffff_ffffL) {
      throw new MalformedKerberosException("an integer of more than 32 bits");
    }
    return (int) value;
  }

  /** Reads an OCTET STRING in a tag. */
  byte[] octets(int tag) throws MalformedKerberosException {
    DerReader field = enter(tag);
    ByteBuffer content = field.content(OCTET_STRING);
    field.end();
    var octets = new byte[content.remaining()];
    content.get(octets);
    return octets;
  }

  /** Reads a BIT STRING in a tag, the first 32 bits of it; bit 0 is the highest. */
  int flags(int tag) throws MalformedKerberosException {
    DerReader field = enter(tag);
    ByteBuffer content = field.content(BIT_STRING);
    field.end();
    if (!content.hasRemaining()) {
      throw new MalformedKerberosException("a bit string without its first byte");
    }
    content.get(); // how many bits are unused: those are 0
    int flags = 0;
    for (int shift = 24; shift >= 0 && content.hasRemaining(); shift -= 8) {
      flags |= Byte.toUnsignedInt(content.get()) << shift;
    }
    return flags;
  }

  /** Reads a KerberosString in a tag. */
  String string(int tag) throws MalformedKerberosException {
    DerReader field = enter(tag);
    String string = field.string();
    field.end();
    return string;
  }

  /** Reads a KerberosString: ASCII by the letter, UTF-8 in practice; never a NUL. */
  String string() throws MalformedKerberosException {
    try {
      String string =
          StandardCharsets.UTF_8.newDecoder().decode(content(GENERAL_STRING)).toString();
      if (string.indexOf('\0') >= 0) {
        throw new MalformedKerberosException("a string with a NUL in it");
      }
      return string;
    } catch (CharacterCodingException e) {
      throw new MalformedKerberosException("a string that is not UTF-8");
    }
  }

  /** Reads a KerberosTime in a tag, as seconds since 1970. */
  long seconds(int tag) throws MalformedKerberosException {
    DerReader field = enter(tag);
    ByteBuffer text = field.content(GENERALIZED_TIME);
    field.end();
    if (text.remaining() != TIME_BYTES || text.get(TIME_BYTES - 1) != 'Z') {
      throw new MalformedKerberosException("a time that is none of Kerberos");
    }
    try {
      return LocalDateTime.of(
              digits(text, 4),
              digits(text, 2),
              digits(text, 2),
              digits(text, 2),
              digits(text, 2),
              Math.min(digits(text, 2), 59)) // there are leap seconds
          .toEpochSecond(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new MalformedKerberosException("a time that never was");
    }
  }

  private static int digits(ByteBuffer text, int count) throws MalformedKerberosException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int digit = text.get() - '0';
      if (digit < 0 || digit > 9) {
        throw new MalformedKerberosException("a time with other than digits");
      }
      value = 10 * value + digit;
    }
    return value;
  }

  private ByteBuffer content(int tag) throws MalformedKerberosException {
    if (!nextIs(tag)) {
      throw new MalformedKerberosException("no value with tag 0x" + Integer.toHexString(tag));
    }
    in.get();
    int length = length();
    ByteBuffer content = in.slice(in.position(), length);
    in.position(in.position() + length);
    return content;
  }

  private int length() throws MalformedKerberosException {
    long length = nextByte();
    if (length >= 0x80) {
      int bytes = (int) length & 0x7f;
      if (bytes == 0 || bytes > MAX_LENGTH_BYTES) {
        throw new MalformedKerberosException("a length of " + bytes + " bytes");
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | nextByte();
      }
    }
    if (length > in.remaining()) {
      throw new MalformedKerberosException("a value goes on beyond its end");
    }
    return (int) length;
  }

  private int nextByte() throws MalformedKerberosException {
    if (!in.hasRemaining()) {
      throw new MalformedKerberosException("a value ends before its length");
    }
    return Byte.toUnsignedInt(in.get());
  }
}
