package heddle.rxrpc;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.transport.CallDriver;
import java.io.InterruptedIOException;
import java.util.Objects;

/** The one place where the end of a call becomes an exception. */
final class CallFailure {
  private CallFailure() {}

  static CallException of(Completion how, CallDriver call) {
    CallFacts facts =
        new CallFacts(
            call.peer().address(),
            call.serviceId(),
            call.name(),
            call.phase(),
            call.bytesAcknowledged(),
            call.mayHaveExecuted());
    return switch (how) {
      case Completion.RemotelyAborted(int code) -> new RemoteAbortException(code, facts);
      case Completion.LocallyAborted(int code, var reason) ->
          new LocalAbortException(code, reason.toString(), facts);
      case Completion.TimedOut(var which) -> new CallTimeoutException(which, facts);
      case Completion.Unreachable(String why) -> new PeerUnreachableException(why, facts);
      case Completion.Plain plain ->
          switch (plain) {
            case PEER_BUSY -> new PeerBusyException(facts);
            case TOO_MANY_CALLS -> new TooManyCallsException(facts);
            case ENDPOINT_CLOSED -> new EndpointClosedException(facts);
            case SUCCEEDED ->
                new LocalAbortException(
                    AbortCodes.RX_INVALID_OPERATION, "the call has ended already", facts);
          };
    };
  }

  /** Throws what has become of the call, unless it runs or has gone well. */
  static void throwIfFailed(CallDriver call) throws CallException {
    Completion how = call.completion();
    if (how != null && how != Completion.Plain.SUCCEEDED) {
      throw of(how, call);
    }
  }

  /**
   * The thread's interrupt flag is set again; the call was aborted. The cause says what is known of
   * it, and nothing of it is sent any more.
   */
  static InterruptedIOException interrupted(CallDriver call) {
    Thread.currentThread().interrupt();
    var interrupted =
        new InterruptedIOException("interrupted while waiting in a call; the call was aborted");
    interrupted.initCause(of(Objects.requireNonNull(call.completion()), call));
    return interrupted;
  }
}
