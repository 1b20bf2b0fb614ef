package heddle.afs.rpc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** A call whose reply is known beforehand; gives no more than a few bytes at a time. */
final class MemoryCall implements RpcCall {
  private final ByteArrayOutputStream request = new ByteArrayOutputStream();
  private final ByteArrayInputStream reply;
  private final int pieceBytes;
  private OptionalInt abortCode = OptionalInt.empty();
  private boolean requestEnded;
  private boolean closed;

  MemoryCall(byte[] reply) {
    this(reply, Integer.MAX_VALUE);
  }

  /** Makes a call that gives at most {@code pieceBytes} bytes of its reply at a time. */
  MemoryCall(byte[] reply, int pieceBytes) {
    this.reply = new ByteArrayInputStream(reply);
    this.pieceBytes = pieceBytes;
  }

  FileService files() {
    return new FileService(new RpcClient(() -> this));
  }

  VolumeLocationService locations() {
    return new VolumeLocationService(new RpcClient(() -> this));
  }

  /** Returns the request; fails if it was not ended or the call was left open. */
  byte[] request() {
    if (!requestEnded || !closed) {
      throw new IllegalStateException("request ended: " + requestEnded + ", closed: " + closed);
    }
    return request.toByteArray();
  }

  OptionalInt abortCode() {
    return abortCode;
  }

  boolean wasMade() {
    return request.size() > 0;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void write(ByteBuffer source) {
    while (source.hasRemaining()) {
      request.write(source.get());
    }
  }

  @Override
  public void send(ByteBuffer source) {
    write(source);
    requestEnded = true;
  }

  @Override
  public int readFully(ByteBuffer target) {
    byte[] all = new byte[target.remaining()];
    int count = reply.read(all, 0, all.length);
    if (count > 0) {
      target.put(all, 0, count);
    }
    return count;
  }

  @Override
  public InputStream input() {
    return new FilterInputStream(reply) {
      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return super.read(target, offset, Math.min(length, pieceBytes));
      }
    };
  }

  @Override
  public void abort(int code) {
    abortCode = OptionalInt.of(code);
  }

  @Override
  public void close() {
    closed = true;
  }
}
