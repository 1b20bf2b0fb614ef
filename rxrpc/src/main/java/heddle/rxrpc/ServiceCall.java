package heddle.rxrpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** The server's side of a call: read the request, write the reply. */
public final class ServiceCall {
  private ServiceCall() {}

  /** Thrown by a handler to abort its call with a code of the service. */
  public static final class Abort extends IOException {
    private static final long serialVersionUID = 1L;
    private final int code;

    public Abort(int code) {
      super("abort " + AbortCodes.name(code), null);
      this.code = code;
    }

    public int code() {
      return code;
    }
  }

  public InetSocketAddress peer() {
    throw new UnsupportedOperationException();
  }

  public int serviceId() {
    throw new UnsupportedOperationException();
  }

  public InputStream input() {
    throw new UnsupportedOperationException();
  }

  public OutputStream output() {
    throw new UnsupportedOperationException();
  }

  public int read(ByteBuffer target) throws IOException {
    throw new UnsupportedOperationException();
  }

  public void write(ByteBuffer source) throws IOException {
    throw new UnsupportedOperationException();
  }
}
