package heddle.afs.rpc;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
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
  private static final Object NOTHING = new Object(); // the results of a call that has none

  private final Supplier<RpcCall> calls;

  RpcClient(Connection connection, CallOptions options) {
    this(() -> RpcCall.of(connection.newCall(options)));
  }

  RpcClient(Supplier<RpcCall> calls) {
    this.calls = calls;
  }

  /** Makes a call that has no arguments. */
  <T> T ask(int opcode, Results<T> results) throws IOException {
    return invoke(opcode, out -> {}, results);
  }

  /** Makes a call that has no results. */
  void tell(int opcode, Arguments arguments) throws IOException {
    invoke(opcode, arguments, in -> NOTHING);
  }

  /** Makes a call of arguments and results only. */
  <T> T invoke(int opcode, Arguments arguments, Results<T> results) throws IOException {
    return receive(opcode, arguments, call -> readToEnd(call, results));
  }

  /** Makes a call with raw data before the results; {@code reply} reads both. */
  <T> T receive(int opcode, Arguments arguments, Reply<T> reply) throws IOException {
    XdrWriter request = request(opcode, arguments);
    return exchange(call -> call.send(request.toByteBuffer()), reply);
  }

  /** Makes a call with raw data after the arguments; {@code body} sends it and ends the request. */
  <T> T store(int opcode, Arguments arguments, RequestBody body, Results<T> results)
      throws IOException {
    XdrWriter request = request(opcode, arguments);
    return exchange(
        call -> {
          call.write(request.toByteBuffer());
          body.sendTo(call);
        },
        call -> readToEnd(call, results));
  }

  /** Returns the request; a caller's mistake shows here, before there is a call. */
  private static XdrWriter request(int opcode, Arguments arguments) {
    XdrWriter request = new XdrWriter().int32(opcode);
    arguments.writeTo(request);
    return request;
  }

  private <T> T exchange(RequestBody request, Reply<T> reply) throws IOException {
    try (RpcCall call = calls.get()) {
      request.sendTo(call);
      try {
        return reply.readFrom(call);
      } catch (XdrException e) {
        call.abort(AbortCodes.RXGEN_CC_UNMARSHAL);
        throw e;
      }
    }
  }

  /** Reads the results, which must be all that is left of the reply. */
  static <T> T readToEnd(RpcCall call, Results<T> results) throws IOException {
    T value = results.readFrom(new XdrReader(call.input()));
    if (call.input().read() >= 0) {
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

  /** Sends what is left of a request. */
  @FunctionalInterface
  interface RequestBody {
    void sendTo(RpcCall call) throws IOException;
  }

  /** Reads a whole reply. */
  @FunctionalInterface
  interface Reply<T> {
    T readFrom(RpcCall call) throws IOException;
  }
}
