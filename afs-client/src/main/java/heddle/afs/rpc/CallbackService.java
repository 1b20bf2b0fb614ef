package heddle.afs.rpc;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallHandler;
import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The service that file servers call: decodes each call and hands it to a {@link CallbackHandler}.
 * Serve it as service {@link #SERVICE_ID} on the very endpoint that calls the file servers.
 *
 * <p>Calls that ask for the client's locks, cache entries, statistics and configuration are for
 * debugging; they are refused as unknown.
 *
 * <p>Protocol source: OpenAFS src/fsint/afscbint.xg.
 */
public final class CallbackService implements CallHandler {
  public static final int SERVICE_ID = 1;

  private static final int CALL_BACK = 204;
  private static final int INIT_CALL_BACK_STATE = 205;
  private static final int PROBE = 206;
  private static final int INIT_CALL_BACK_STATE_2 = 211;
  private static final int WHO_ARE_YOU = 212;
  private static final int INIT_CALL_BACK_STATE_3 = 213;
  private static final int PROBE_UUID = 214;
  private static final int TELL_ME_ABOUT_YOURSELF = 65538;

  private static final int NOT_THAT_UUID = 1; // the abort code of ProbeUuid

  private final CallbackHandler handler;

  /** Makes the service that has {@code handler} do the work. */
  public CallbackService(CallbackHandler handler) {
    this.handler = handler;
  }

  @Override
  public void handle(ServiceCall call) throws IOException {
    call.reply(serve(call.peer(), call.input()).toByteBuffer());
  }

  /**
   * Serves one call, its request read to the end.
   *
   * @return the reply
   * @throws ServiceCall.Abort if the operation is unknown or refused, or the request malformed
   */
  XdrWriter serve(InetSocketAddress server, InputStream request) throws IOException {
    Operation operation;
    try {
      operation = read(new XdrReader(request));
      if (request.read() >= 0) {
        throw new XdrException("request goes on after its last argument");
      }
    } catch (XdrException e) {
      throw new ServiceCall.Abort(AbortCodes.RXGEN_SS_UNMARSHAL);
    }
    XdrWriter reply = new XdrWriter();
    operation.run(server, reply);
    return reply;
  }

  /** Reads operation code and arguments; nothing is done before they are known to be whole. */
  private Operation read(XdrReader in) throws IOException {
    return switch (in.int32()) {
      case CALL_BACK -> readCallBack(in);
      case INIT_CALL_BACK_STATE -> (server, reply) -> handler.initCallBackState(server);
      case INIT_CALL_BACK_STATE_2 ->
          (server, reply) -> {
            handler.initCallBackState(server);
            handler.interfaces().writeTo(reply);
          };
      case INIT_CALL_BACK_STATE_3 -> {
        UUID serverUuid = WireUuid.readFrom(in);
        yield (server, reply) -> handler.initCallBackState(server, serverUuid);
      }
      case PROBE -> (server, reply) -> handler.probe(server);
      case PROBE_UUID -> {
        UUID wanted = WireUuid.readFrom(in);
        yield (server, reply) -> probeUuid(server, wanted);
      }
      case WHO_ARE_YOU -> (server, reply) -> handler.interfaces().writeTo(reply);
      case TELL_ME_ABOUT_YOURSELF ->
          (server, reply) -> {
            handler.interfaces().writeTo(reply);
            handler.capabilities().writeTo(reply);
          };
      default -> throw new ServiceCall.Abort(AbortCodes.RXGEN_OPCODE);
    };
  }

  private Operation readCallBack(XdrReader in) throws IOException {
    int fidCount = in.arrayLength(FileService.MAX_BULK_FIDS);
    List<WireFid> fids = new ArrayList<>(fidCount);
    for (int i = 0; i < fidCount; i++) {
      fids.add(WireFid.readFrom(in));
    }
    int callbackCount = in.arrayLength(FileService.MAX_BULK_FIDS);
    List<CallbackPromise> callbacks = new ArrayList<>(callbackCount);
    for (int i = 0; i < callbackCount; i++) {
      callbacks.add(CallbackPromise.readFrom(in));
    }
    return (server, reply) -> handler.callBack(server, fids, callbacks);
  }

  private void probeUuid(InetSocketAddress server, UUID wanted) throws ServiceCall.Abort {
    if (!wanted.equals(handler.interfaces().uuid())) {
      throw new ServiceCall.Abort(NOT_THAT_UUID);
    }
    handler.probe(server);
  }

  /** A call whose arguments are read. */
  private interface Operation {
    void run(InetSocketAddress server, XdrWriter reply) throws IOException;
  }
}
