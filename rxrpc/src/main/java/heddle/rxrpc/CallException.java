package heddle.rxrpc;

import heddle.rxrpc.security.rxkad.RxkadError;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A call that did not succeed. Each subclass says which side ended it and so what is known of the
 * peer; {@link #mayHaveExecuted()} answers the question that matters before a retry.
 */
public abstract sealed class CallException extends IOException
    permits RemoteAbortException,
        LocalAbortException,
        CallTimeoutException,
        PeerUnreachableException,
        PeerBusyException,
        TooManyCallsException,
        EndpointClosedException {
  private static final long serialVersionUID = 1L;

  private final transient CallFacts facts;

  CallException(String message, CallFacts facts) {
    super(message + " (" + facts + ")");
    this.facts = facts;
  }

  /**
   * Returns which rule of the security class rxkad the call has failed of, if it was one: what is
   * wrong with the token, the level or a packet, and what can be done about it.
   */
  public Optional<RxkadError> rxkadError() {
    return Optional.empty();
  }

  /** Returns what follows the name of an abort code: what it means, where that is known. */
  static String explained(int code) {
    return RxkadError.fromAbortCode(code)
        .map(error -> ", " + error.explanation() + ": " + error.advice())
        .orElse("");
  }

  /** Returns the address that the call went to, or came from. */
  public InetSocketAddress peer() {
    return facts.peer();
  }

  /** Returns the service ID of the call. */
  public int serviceId() {
    return facts.serviceId();
  }

  /** Returns the short name of the call that log lines and the packet log use, as {@code C12.3}. */
  public String callName() {
    return facts.callName();
  }

  /** Returns how far the call had come, in the words of the protocol's state table. */
  public String phase() {
    return facts.phase();
  }

  /** Returns how many bytes of the user's data the peer had acknowledged for good. */
  public long bytesAcknowledged() {
    return facts.bytesAcknowledged();
  }

  /**
   * Returns false only where the peer certainly did not run the operation: nothing of the request
   * was ever sent, or the peer said so. True means "may have".
   */
  public boolean mayHaveExecuted() {
    return facts.mayHaveExecuted();
  }
}
