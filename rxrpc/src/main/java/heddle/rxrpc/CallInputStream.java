package heddle.rxrpc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The receiving phase of a call as a stream, with a small buffer for small reads. Whoever reads
 * from the call beside it must take what is in the buffer first ({@link #drainTo}).
 */
final class CallInputStream extends InputStream {
  private static final int BUFFER_BYTES = 512;
  private static final ByteBuffer NONE = ByteBuffer.allocate(0); // until something is read

  /** Reads at least one byte, or returns -1 at the end. */
  interface Receiver {
    int read(ByteBuffer target) throws IOException;
  }

  private final Receiver receiver;
  private ByteBuffer buffer = NONE;

  CallInputStream(Receiver receiver) {
    this.receiver = receiver;
  }

  private boolean fill() throws IOException {
    if (buffer.capacity() == 0) {
      buffer = ByteBuffer.allocate(BUFFER_BYTES);
    }
    buffer.clear();
    int count = receiver.read(buffer);
    buffer.flip();
    return count > 0;
  }

  @Override
  public int read() throws IOException {
    return buffer.hasRemaining() || fill() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!buffer.hasRemaining()) {
      if (length >= BUFFER_BYTES) {
        return receiver.read(ByteBuffer.wrap(target, offset, length));
      }
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  /** Moves bytes that are in the buffer already to {@code target}; returns how many. */
  int drainTo(ByteBuffer target) {
    int count = Math.min(buffer.remaining(), target.remaining());
    target.put(target.position(), buffer, buffer.position(), count);
    target.position(target.position() + count);
    buffer.position(buffer.position() + count);
    return count;
  }

  /**
   * Fills {@code target} with bytes that are in the buffer already, and then by {@code rest}.
   *
   * @return the number of bytes, or -1 if there is none and {@code rest} is at its end
   */
  int readFully(ByteBuffer target, Receiver rest) throws IOException {
    int before = drainTo(target);
    if (!target.hasRemaining()) {
      return before;
    }
    int more = rest.read(target);
    return more < 0 && before > 0 ? before : before + more;
  }

  @Override
  public int available() {
    return buffer.remaining();
  }
}
