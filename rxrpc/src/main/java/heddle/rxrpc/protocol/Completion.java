package heddle.rxrpc.protocol;

import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.trace.Ending;
import heddle.rxrpc.trace.Outcome;
import java.util.OptionalInt;

/**
 * How a call ended. A call ends once: the first completion is final.
 *
 * <p>Protocol source: Linux net/rxrpc ar-internal.h, "enum rxrpc_call_completion" (behaviour).
 */
public sealed interface Completion {

  /** Returns the ending in one word. */
  default Outcome outcome() {
    return switch (this) {
      case Plain.SUCCEEDED -> Outcome.SUCCEEDED;
      case Plain.PEER_BUSY -> Outcome.BUSY;
      case Plain.TOO_MANY_CALLS -> Outcome.TOO_MANY_CALLS;
      case Plain.ENDPOINT_CLOSED -> Outcome.ENDPOINT_CLOSED;
      case RemotelyAborted aborted -> Outcome.REMOTE_ABORT;
      case LocallyAborted aborted -> Outcome.LOCAL_ABORT;
      case TimedOut timedOut -> Outcome.TIMED_OUT;
      case Unreachable unreachable -> Outcome.UNREACHABLE;
    };
  }

  /** Returns the ending as those who watch see it. */
  default Ending ending() {
    return switch (this) {
      case RemotelyAborted(int code) -> new Ending(outcome(), OptionalInt.of(code), "");
      case LocallyAborted(int code, AbortReason reason) ->
          new Ending(outcome(), OptionalInt.of(code), reason.toString());
      case TimedOut(Timeout timeout) -> new Ending(outcome(), OptionalInt.empty(), timeout.text());
      case Unreachable(String why) -> new Ending(outcome(), OptionalInt.empty(), why);
      case Plain plain -> new Ending(outcome(), OptionalInt.empty(), "");
    };
  }

  /** Endings that carry nothing more. */
  enum Plain implements Completion {
    /** Request and reply went through whole. */
    SUCCEEDED,
    /** The peer refused the call with BUSY and did not run it. */
    PEER_BUSY,
    /** Too many calls of this endpoint waited for a channel already; nothing was sent. */
    TOO_MANY_CALLS,
    /** The endpoint was closed while the call was under way. */
    ENDPOINT_CLOSED
  }

  /** The peer sent ABORT. */
  record RemotelyAborted(int code) implements Completion {}

  /** This side sent ABORT, or would have, had the call begun. */
  record LocallyAborted(int code, AbortReason reason) implements Completion {

    /** Returns the ending of what the security class does not let go on. */
    public static LocallyAborted by(SecurityViolationException why) {
      return new LocallyAborted(why.abortCode(), AbortReason.of(why.violation()));
    }
  }

  /** A time-out passed. */
  record TimedOut(Timeout timeout) implements Completion {}

  /** The network refuses to carry packets to the peer. */
  record Unreachable(String why) implements Completion {}

  /** The time-outs of a call. */
  enum Timeout {
    /** The whole call took too long. */
    HARD,
    /** The peer answers pings but makes no progress. */
    IDLE,
    /** The peer sends nothing at all. */
    NORMAL;

    /** Returns the time-out's name and meaning, for messages. */
    public String text() {
      return switch (this) {
        case HARD -> "hard: the whole call took too long";
        case IDLE -> "idle: the peer answers but makes no progress";
        case NORMAL -> "normal: the peer sends nothing";
      };
    }
  }
}
