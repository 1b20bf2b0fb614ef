package heddle.afs.location;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallException;
import heddle.rxrpc.CallTimeoutException;
import heddle.rxrpc.PeerUnreachableException;
import heddle.rxrpc.RemoteAbortException;
import java.time.Duration;

/**
 * What a user is told of a server that could not be reached: for how long it was tried, and what to
 * look at. What Rx knew of the call is in the log of each call.
 */
final class Silence {
  private static final String ADVICE =
      "; check that the server runs, and that no firewall or route keeps UDP packets from it";

  private Silence() {}

  /**
   * Returns why {@code failure} came about; what it says itself if nobody was asked in vain.
   *
   * @param tried for how long servers were asked
   */
  static String text(CallFailure failure, Duration tried) {
    return switch (failure.getCause()) {
      case CallTimeoutException timeout when timeout.peerAnswered() ->
          "it is there, but did not go on with the call"
              + time(tried)
              + "; it may have too much to do, or wait for its disk";
      case CallTimeoutException timeout ->
          "no answer from UDP port " + port(timeout) + time(tried) + ADVICE;
      case PeerUnreachableException unreachable ->
          "UDP port "
              + port(unreachable)
              + " cannot be reached ("
              + unreachable.why()
              + ")"
              + time(tried)
              + ADVICE;
      case RemoteAbortException abort when failure.kind() == CallFailure.Kind.SILENT ->
          "it gave the call up, since too little came from here ("
              + AbortCodes.name(abort.code())
              + ")"
              + ADVICE;
      case null, default -> String.valueOf(failure.getMessage());
    };
  }

  private static int port(CallException call) {
    return call.peer().getPort();
  }

  private static String time(Duration tried) {
    return tried.toSeconds() == 0 ? "" : " for " + tried.toSeconds() + " s";
  }
}
