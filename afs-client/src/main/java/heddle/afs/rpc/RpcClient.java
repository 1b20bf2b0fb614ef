package heddle.afs.rpc;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/**
 * Makes calls in the form that all AFS services share: an operation code and its arguments go out,
 * then raw data if the operation has any; data if there is any, then the results come back.
 *
 * <p>A reply must end where the results end. What breaks a limit, a type or that rule throws {@link
 * XdrException} and the server is told so.
 *
 * <p>Protocol source: OpenAFS src/rxgen (behaviour).
 */
final class RpcClient {
  private static final int READ_AHEAD_BYTES = 1024; // a word at a time would take a lock each

  private final Supplier<RpcCall> calls;

  RpcClient(Connection connection, CallOptions options) {
    this(() -> RpcCall.of(connection.newCall(options)));
  }

  RpcClient(Supplier<RpcCall> calls) {
    this.calls = calls;
  }

  /** The arguments of a call that has none. */
  static void noArguments(XdrWriter out) {}

  /** The results of a call that has none; returns nothing worth keeping. */
  static boolean noResults(XdrReader in) {
    return true;
  }

  /** Makes a call without raw data. */
  <T> T invoke(int opcode, Arguments arguments, Results<T> results) throws IOException {
    return invoke(opcode, arguments, call -> {}, call -> readToEnd(call, results));
  }

  /**
   * Makes a call.
   *
   * @param body writes the raw data that follows the arguments
   * @param reply reads all of the reply
   */
  <T> T invoke(int opcode, Arguments arguments, RequestBody body, Reply<T> reply)
      throws IOException {
    XdrWriter request = new XdrWriter().int32(opcode);
    arguments.writeTo(request); // a caller's mistake shows before there is a call
    try (RpcCall call = calls.get()) {
      call.write(request.toByteBuffer());
      body.writeTo(call);
      call.endRequest();
      return readOrAbort(call, reply);
    }
  }

  private static <T> T readOrAbort(RpcCall call, Reply<T> reply) throws IOException {
    try {
      return reply.readFrom(call);
    } catch (XdrException e) {
      call.abort(AbortCodes.RXGEN_CC_UNMARSHAL);
      throw e;
    }
  }

  /** Reads the results, which must be all that is left of the reply. */
  static <T> T readToEnd(RpcCall call, Results<T> results) throws IOException {
    InputStream in = new BufferedInputStream(call.input(), READ_AHEAD_BYTES);
    T value = results.readFrom(new XdrReader(in));
    if (in.read() >= 0) {
      throw new XdrException("reply goes on after its last result");
    }
    return value;
  }

  /** Appends the arguments of a call. */
  @FunctionalInterface
  interface Arguments {
    void writeTo(XdrWriter out);
  }

  /** Reads the results of a call. */
  @FunctionalInterface
  interface Results<T> {
    T readFrom(XdrReader in) throws IOException;
  }

  /** Writes the raw data of a request. */
  @FunctionalInterface
  interface RequestBody {
    void writeTo(RpcCall call) throws IOException;
  }

  /** Reads a whole reply. */
  @FunctionalInterface
  interface Reply<T> {
    T readFrom(RpcCall call) throws IOException;
  }
}
