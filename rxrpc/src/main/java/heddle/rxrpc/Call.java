package heddle.rxrpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A client call. */
public final class Call implements AutoCloseable {
  private Call() {}

  /** Sends all remaining bytes of {@code source} as request; blocks for channel and window. */
  public void write(ByteBuffer source) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Marks the end of the request. */
  public void endRequest() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Sends the whole request, its end included. */
  public void send(ByteBuffer request) throws IOException {
    write(request);
    endRequest();
  }

  /** Reads at least one byte of the reply, or returns -1 at its end; blocks. */
  public int read(ByteBuffer target) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The request as a stream; closing it ends the request. */
  public OutputStream output() {
    throw new UnsupportedOperationException();
  }

  /** The reply as a stream. */
  public InputStream input() {
    throw new UnsupportedOperationException();
  }

  /** Aborts the call; never waits; from any thread. */
  public void abort(int code) {
    throw new UnsupportedOperationException();
  }

  /** Ends the call; aborts it if it is not complete. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
