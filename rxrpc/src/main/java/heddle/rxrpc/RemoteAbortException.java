package heddle.rxrpc;

import heddle.rxrpc.security.rxkad.RxkadError;
import java.util.Optional;

/**
 * The peer aborted the call with a code: a {@link AbortCodes protocol error} if negative and small,
 * else an error number of the service. The peer is alive and answered; unless the code says
 * otherwise it may have executed part of the operation.
 */
public final class RemoteAbortException extends CallException {
  private static final long serialVersionUID = 1L;

  private final int code;

  RemoteAbortException(int code, CallFacts facts) {
    super("aborted by the peer with " + AbortCodes.name(code) + explained(code), facts);
    this.code = code;
  }

  @Override
  public Optional<RxkadError> rxkadError() {
    return RxkadError.fromAbortCode(code);
  }

  /** Returns the 32-bit abort code as it was on the wire. */
  public int code() {
    return code;
  }
}
