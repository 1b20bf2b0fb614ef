package heddle.afs.rpc;

import heddle.rxrpc.Call;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** What the stubs need of a {@link Call}, so that tests can put bytes in memory in its place. */
interface RpcCall extends AutoCloseable {
  void write(ByteBuffer source) throws IOException;

  /** Sends the last bytes of the request and ends it. */
  void send(ByteBuffer source) throws IOException;

  /** Reads until {@code target} is full, or the reply ends; returns -1 if it had ended before. */
  int readFully(ByteBuffer target) throws IOException;

  InputStream input();

  void abort(int code);

  @Override
  void close();

  /** Returns {@code call} itself, as far as the stubs see it. */
  static RpcCall of(Call call) {
    return new RpcCall() {
      @Override
      public void write(ByteBuffer source) throws IOException {
        call.write(source);
      }

      @Override
      public void send(ByteBuffer source) throws IOException {
        call.send(source);
      }

      @Override
      public int readFully(ByteBuffer target) throws IOException {
        return call.readFully(target);
      }

      @Override
      public InputStream input() {
        return call.input();
      }

      @Override
      public void abort(int code) {
        call.abort(code);
      }

      @Override
      public void close() {
        call.close();
      }
    };
  }
}
