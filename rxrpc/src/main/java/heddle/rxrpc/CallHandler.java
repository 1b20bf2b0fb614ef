package heddle.rxrpc;

import java.io.IOException;

/**
 * Serves one incoming call; runs on a virtual thread of its own and may block.
 *
 * <p>The handler reads the request, writes the reply and returns; returning ends the reply. An
 * exception aborts the call: a {@link ServiceCall.Abort} with its own code, anything else with
 * {@link AbortCodes#RX_USER_ABORT}; it never harms the endpoint.
 */
@FunctionalInterface
public interface CallHandler {
  /**
   * Serves {@code call}.
   *
   * @throws IOException if the call failed, or to have it aborted
   */
  void handle(ServiceCall call) throws IOException;
}
