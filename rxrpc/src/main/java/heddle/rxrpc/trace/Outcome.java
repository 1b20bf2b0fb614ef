package heddle.rxrpc.trace;

/**
 * How a call ended, in one word.
 *
 * <p>Protocol source: Linux net/rxrpc ar-internal.h, "enum rxrpc_call_completion" (behaviour).
 */
public enum Outcome {
  /** Request and reply went through whole. */
  SUCCEEDED("ok"),
  /** The peer refused the call with BUSY and did not run it. */
  BUSY("busy"),
  /** The peer sent ABORT. */
  REMOTE_ABORT("aborted by the peer"),
  /** This side ended the call. */
  LOCAL_ABORT("aborted here"),
  /** A time-out passed. */
  TIMED_OUT("timed out"),
  /** Too many calls waited for a channel already. */
  TOO_MANY_CALLS("too many calls"),
  /** The network refuses to carry packets to the peer. */
  UNREACHABLE("unreachable"),
  /** The endpoint was closed while the call was under way. */
  ENDPOINT_CLOSED("endpoint closed");

  private final String text;

  Outcome(String text) {
    this.text = text;
  }

  /** Returns the outcome in words, for a log. */
  public String text() {
    return text;
  }
}
