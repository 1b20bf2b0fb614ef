package heddle.control;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One message between a mount and its user, as it goes over the socket: eight bytes of header (a
 * mark, and how long the rest is), then numbers of eight bytes, and texts and bytes with their
 * length in front of them. There may be a key in it: {@link #close} overwrites it. For one thread.
 */
final class Message implements AutoCloseable {
  static final int HEADER_BYTES = 8;
  static final int MAX_BYTES = 256 << 10;
  private static final int MARK = 0x48444c31; // "HDL1"

  private final byte[] memory;
  private final ByteBuffer content;

  private Message(byte[] memory) {
    this.memory = memory;
    this.content = ByteBuffer.wrap(memory);
  }

  /** Returns an empty message to be written. */
  static Message empty() {
    Message message = new Message(new byte[MAX_BYTES]);
    message.content.position(HEADER_BYTES);
    return message;
  }

  /** Returns a message whose content was read. */
  static Message of(byte[] content) {
    return new Message(content);
  }

  /**
   * Returns how long the content is that follows a header.
   *
   * @throws ControlException if it is too long, or this is no header
   */
  static int contentBytes(byte[] header) throws ControlException {
    ByteBuffer in = ByteBuffer.wrap(header);
    if (in.getInt() != MARK) {
      throw new ControlException("what came is no message of heddle's");
    }
    int bytes = in.getInt();
    if (bytes < 0 || bytes > MAX_BYTES - HEADER_BYTES) {
      throw new ControlException("a message of " + Integer.toUnsignedString(bytes) + " bytes");
    }
    return bytes;
  }

  /** Returns the finished message with its header, to be overwritten after use. */
  byte[] finished() {
    content.putInt(0, MARK).putInt(Integer.BYTES, content.position() - HEADER_BYTES);
    return Arrays.copyOf(memory, content.position());
  }

  Message number(long value) throws ControlException {
    room(Long.BYTES);
    content.putLong(value);
    return this;
  }

  Message text(String value) throws ControlException {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  Message bytes(byte[] value) throws ControlException {
    room(Integer.BYTES + value.length);
    content.putInt(value.length).put(value);
    return this;
  }

  private void room(int bytes) throws ControlException {
    if (bytes > content.remaining()) {
      throw new ControlException("the message would be too long");
    }
  }

  long number() throws ControlException {
    try {
      return content.getLong();
    } catch (BufferUnderflowException e) {
      throw cutOff(e);
    }
  }

  /** Reads a number that counts something. */
  int count(int max) throws ControlException {
    long count = number();
    if (count < 0 || count > max) {
      throw new ControlException("the message counts " + count + " where " + max + " may be");
    }
    return (int) count;
  }

  String text(int maxBytes) throws ControlException {
    try {
      CharBuffer text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(maxBytes)));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new ControlException("a text in the message is no UTF-8", e);
    }
  }

  byte[] bytes(int maxBytes) throws ControlException {
    try {
      int length = content.getInt();
      if (length < 0 || length > maxBytes || length > content.remaining()) {
        throw new ControlException("the message has a part that is too long");
      }
      byte[] bytes = new byte[length];
      content.get(bytes);
      return bytes;
    } catch (BufferUnderflowException e) {
      throw cutOff(e);
    }
  }

  private static ControlException cutOff(BufferUnderflowException cause) {
    return new ControlException("the message is cut off", cause);
  }

  /** Checks that all was read. */
  void end() throws ControlException {
    if (content.hasRemaining()) {
      throw new ControlException("the message goes on after its end");
    }
  }

  @Override
  public void close() {
    Arrays.fill(memory, (byte) 0);
  }
}
