package heddle.rxrpc;

import heddle.rxrpc.security.rxkad.RxkadError;
import java.util.Optional;

/**
 * This side aborted the call: the user did, or the peer broke the protocol and the call was ended
 * for it ({@link #reason()} says which rule). The peer was told with an ABORT packet.
 */
public final class LocalAbortException extends CallException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;

  LocalAbortException(int code, String reason, CallFacts facts) {
    super("aborted here with " + AbortCodes.name(code) + explained(code) + ": " + reason, facts);
    this.code = code;
    this.reason = reason;
  }

  @Override
  public Optional<RxkadError> rxkadError() {
    return RxkadError.fromAbortCode(code);
  }

  /** Returns the abort code that was sent to the peer. */
  public int code() {
    return code;
  }

  /** Returns the rule that was broken, or who asked for the abort. */
  public String reason() {
    return reason;
  }
}
