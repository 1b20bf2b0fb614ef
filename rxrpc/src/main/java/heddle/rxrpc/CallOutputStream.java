package heddle.rxrpc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The sending phase of a call as a stream. Small writes are gathered; closing ends the phase. */
final class CallOutputStream extends OutputStream {
  private static final int BUFFER_BYTES = 4096;
  private static final ByteBuffer NONE = ByteBuffer.allocate(0); // until something is written

  /** Sends bytes; {@code last} ends the phase. */
  interface Sender {
    void send(ByteBuffer bytes, boolean last) throws IOException;
  }

  /** The same without waiting; returns whether all was taken. */
  interface TrySender {
    boolean trySend(ByteBuffer bytes, boolean last) throws IOException;
  }

  private final Sender sender;
  private ByteBuffer buffer = NONE;
  private boolean closed;

  CallOutputStream(Sender sender) {
    this.sender = sender;
  }

  @Override
  public void write(int value) throws IOException {
    makeRoom(1);
    buffer.put((byte) value);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > BUFFER_BYTES) {
      flush();
      sender.send(ByteBuffer.wrap(bytes, offset, length), false);
      return;
    }
    makeRoom(length);
    buffer.put(bytes, offset, length);
  }

  private void makeRoom(int bytes) throws IOException {
    if (bytes > buffer.remaining()) {
      flush();
      if (buffer.capacity() == 0) {
        buffer = ByteBuffer.allocate(BUFFER_BYTES);
      }
    }
  }

  @Override
  public void flush() throws IOException {
    if (buffer.position() > 0) {
      buffer.flip();
      try {
        sender.send(buffer, false);
      } finally {
        buffer.compact(); // what was refused may be sent later
      }
    }
  }

  /** Sends what is in the buffer as far as there is room; returns whether that was all of it. */
  boolean tryFlush(TrySender impatient) throws IOException {
    if (buffer.position() == 0) {
      return true;
    }
    buffer.flip();
    try {
      return impatient.trySend(buffer, false);
    } finally {
      buffer.compact();
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      ByteBuffer rest = buffer.flip();
      buffer = NONE;
      sender.send(rest, true);
    }
  }
}
