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
   * @param tried for how long the operation was tried, of all servers and with all waits
   */
  static String text(CallFailure failure, Duration tried) {
    return switch (failure.getCause()) {
      case CallTimeoutException timeout when timeout.peerWasSilent() ->
          "no answer from UDP port " + port(timeout) + time(tried) + ADVICE;
      case CallTimeoutException timeout ->
          "the call was not done in time"
              + time(tried)
              + "; the server may have too much to do, or the way to it lose packets";
      case PeerUnreachableException unreachable ->
          "UDP port "
              + port(unreachable)
              + " cannot be reached ("
              + unreachable.why()
              + ")"
              + time(tried)
              + ADVICE;
      case RemoteAbortException abort when failure.kind() == CallFailure.Kind.SILENT ->
          "it gave the call up (" + AbortCodes.name(abort.code()) + ")" + ADVICE;
      case null, default -> String.valueOf(failure.getMessage());
    };
  }

  private static int port(CallException call) {
    return call.peer().getPort();
  }

  private static String time(Duration tried) {
    return tried.toSeconds() == 0 ? "" : ", tried for " + tried.toSeconds() + " s";
  }
}
