package heddle.rxrpc.xdr;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads XDR values from a stream, usually the reply of a call.
 *
 * <p>Not thread-safe. Every method blocks as the stream beneath it does. A value that breaks the
 * limit given by the caller throws {@link XdrException} before anything of it is stored, so memory
 * stays bounded by the limits of the interface definition whatever the peer sends.
 *
 * <p>Protocol source: RFC 4506.
 */
public final class XdrReader {
  private static final int STEP = 8192; // bytes taken on trust before more memory is given

  private final InputStream in;
  private final byte[] word = new byte[8];

  /** Creates a reader of {@code in}, which it does not close. */
  public XdrReader(InputStream in) {
    this.in = in;
  }

  /** Reads a 32-bit integer. */
  public int int32() throws IOException {
    fill(word, 4);
    return intAt(0);
  }

  /** Reads an unsigned 32-bit integer. */
  public long uint32() throws IOException {
    return int32() & 0xffff_ffffL;
  }

  /** Reads a 64-bit integer, high word first. */
  public long int64() throws IOException {
    fill(word, 8);
    return ((long) intAt(0) << 32) | (intAt(4) & 0xffff_ffffL);
  }

  /**
   * Reads the length of an array.
   *
   * @param limit greatest number of elements that the interface definition allows
   */
  public int arrayLength(int limit) throws IOException {
    int length = int32();
    if (length < 0 || length > limit) {
      throw new XdrException(
          "array of " + Integer.toUnsignedString(length) + " elements where " + limit + " may be");
    }
    return length;
  }

  /** Reads {@code length} bytes and the padding that follows them. */
  public byte[] fixedOpaque(int length) throws IOException {
    byte[] value = new byte[Math.min(length, STEP)];
    int have = 0;
    while (have < length) {
      if (have == value.length) {
        value = Arrays.copyOf(value, Math.min(length, value.length * 2));
      }
      int count = in.readNBytes(value, have, value.length - have);
      if (count == 0) {
        throw new XdrException("XDR data ended inside an opaque of " + length + " bytes");
      }
      have += count;
    }
    fill(word, -length & 3);
    return value;
  }

  /**
   * Reads a length and that many bytes.
   *
   * @param limit greatest number of bytes that the interface definition allows
   */
  public byte[] opaque(int limit) throws IOException {
    return fixedOpaque(arrayLength(limit));
  }

  /**
   * Reads a string; bytes that are no UTF-8 become replacement characters.
   *
   * @param limit greatest number of bytes that the interface definition allows
   */
  public String string(int limit) throws IOException {
    return new String(opaque(limit), StandardCharsets.UTF_8);
  }

  private void fill(byte[] target, int length) throws IOException {
    if (in.readNBytes(target, 0, length) < length) {
      throw new XdrException("XDR data ended inside a value");
    }
  }

  private int intAt(int index) {
    return (word[index] & 0xff) << 24
        | (word[index + 1] & 0xff) << 16
        | (word[index + 2] & 0xff) << 8
        | (word[index + 3] & 0xff);
  }
}
