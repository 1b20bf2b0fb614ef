package heddle.rxrpc.xdr;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds the XDR form of a request or reply in memory.
 *
 * <p>Not thread-safe. Every length limit is that of the interface definition; exceeding it is a
 * caller's error and throws {@link IllegalArgumentException} before anything is sent.
 *
 * <p>Protocol source: RFC 4506.
 */
public final class XdrWriter {
  private byte[] bytes;
  private int length;

  /** Creates an empty writer. */
  public XdrWriter() {
    this(128);
  }

  /**
   * Creates an empty writer.
   *
   * @param expectedBytes room to start with, in bytes; it grows when needed
   */
  public XdrWriter(int expectedBytes) {
    bytes = new byte[expectedBytes];
  }

  /** Appends a 32-bit integer, signed or unsigned: the four bytes are the same. */
  public XdrWriter int32(int value) {
    ensure(4);
    bytes[length++] = (byte) (value >>> 24);
    bytes[length++] = (byte) (value >>> 16);
    bytes[length++] = (byte) (value >>> 8);
    bytes[length++] = (byte) value;
    return this;
  }

  /** Appends a 64-bit integer, high word first. */
  public XdrWriter int64(long value) {
    return int32((int) (value >>> 32)).int32((int) value);
  }

  /** Appends bytes without a length, padded with zeros to a multiple of four. */
  public XdrWriter fixedOpaque(byte[] value) {
    int padded = (value.length + 3) & ~3;
    ensure(padded);
    System.arraycopy(value, 0, bytes, length, value.length);
    Arrays.fill(bytes, length + value.length, length + padded, (byte) 0);
    length += padded;
    return this;
  }

  /**
   * Appends a length and bytes, padded with zeros to a multiple of four.
   *
   * @param limit greatest number of bytes that the interface definition allows
   */
  public XdrWriter opaque(byte[] value, int limit) {
    if (value.length > limit) {
      throw new IllegalArgumentException(
          "opaque of " + value.length + " bytes where the interface allows " + limit);
    }
    return int32(value.length).fixedOpaque(value);
  }

  /**
   * Appends a string as UTF-8.
   *
   * @param limit greatest number of bytes, not characters, that the interface definition allows
   */
  public XdrWriter string(String value, int limit) {
    return opaque(value.getBytes(StandardCharsets.UTF_8), limit);
  }

  /** Returns the number of bytes written so far; always a multiple of four. */
  public int length() {
    return length;
  }

  /** Returns what was written, as a buffer over this writer's own memory. */
  public ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  /** Returns a copy of what was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
