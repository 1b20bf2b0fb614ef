package heddle.rxrpc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The receiving phase of a call as a stream, with a small buffer for small reads. */
final class CallInputStream extends InputStream {
  private static final int BUFFER_BYTES = 512;

  /** Reads at least one byte, or returns -1 at the end. */
  interface Receiver {
    int read(ByteBuffer target) throws IOException;
  }

  private final Receiver receiver;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();

  CallInputStream(Receiver receiver) {
    this.receiver = receiver;
  }

  private boolean fill() throws IOException {
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

  @Override
  public int available() {
    return buffer.remaining();
  }
}
