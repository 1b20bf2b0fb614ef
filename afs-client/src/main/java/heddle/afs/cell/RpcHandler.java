package heddle.afs.cell;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallException;
import heddle.rxrpc.CallHandler;
import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the calls of one service: reads the operation code, and answers with results or codes. */
final class RpcHandler implements CallHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RpcHandler.class);

  private final Operations operations;
  private final CallGate gate;
  private final long run;

  /** What a service can do. */
  interface Operations {
    /**
     * Does one operation and returns its results.
     *
     * @throws XdrException if the request breaks the interface definition
     * @throws Refusal if the call is refused
     */
    XdrWriter serve(int opcode, Request request) throws IOException;

    /** Returns the abort code of a refusal, for whoever made the call. */
    default int code(Refusal refusal, Request request) {
      return refusal.plainCode();
    }
  }

  /** Serves calls as they come. */
  RpcHandler(Operations operations) {
    this(operations, new CallGate());
  }

  /** Serves calls when {@code gate} lets them, until the run ends that it is in now. */
  RpcHandler(Operations operations, CallGate gate) {
    this.operations = operations;
    this.gate = gate;
    this.run = gate.run();
  }

  @Override
  public void handle(ServiceCall call) throws IOException {
    gate.pass(run);
    XdrWriter reply;
    try {
      reply = serve(new Request(call));
    } finally {
      gate.leave();
    }
    call.reply(reply.toByteBuffer());
  }

  private XdrWriter serve(Request request) throws IOException {
    try {
      return operations.serve(request.in().int32(), request);
    } catch (XdrException e) {
      throw new ServiceCall.Abort(AbortCodes.RXGEN_SS_UNMARSHAL);
    } catch (Refusal e) {
      throw new ServiceCall.Abort(operations.code(e, request));
    } catch (CallException e) {
      throw e; // the client is gone
    } catch (IOException e) {
      LOG.warn("the disk fails: {}", e.toString());
      throw new ServiceCall.Abort(operations.code(Refusal.of(Errno.EIO), request));
    }
  }

  /** Returns the refusal of an operation that the service does not have. */
  static Refusal unknownOperation() {
    return Refusal.of(AbortCodes.RXGEN_OPCODE);
  }
}
