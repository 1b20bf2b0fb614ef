package heddle.rxrpc.trace;

import java.util.OptionalInt;

/**
 * How a call ended.
 *
 * @param outcome in one word
 * @param abortCode code of the ABORT that was sent or received, if the call ended by one
 * @param detail which rule was broken, which time-out passed, or why the peer is unreachable; empty
 *     where there is nothing more to say
 */
public record Ending(Outcome outcome, OptionalInt abortCode, String detail) {

  /** Returns the ending as a log says it: {@code aborted by the peer, code 49733379}. */
  @Override
  public String toString() {
    String code = abortCode.isPresent() ? ", code " + abortCode.getAsInt() : "";
    return outcome.text() + code + (detail.isEmpty() ? "" : ", " + detail);
  }
}
