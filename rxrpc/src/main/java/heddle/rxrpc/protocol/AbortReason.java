package heddle.rxrpc.protocol;

import heddle.rxrpc.security.Violation;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Why this side aborted a call: the rule that was broken, or who asked for it. */
public enum AbortReason {
  USER("the user aborted the call"),
  USER_CLOSED("the user closed the call before its end"),
  USER_INTERRUPTED("the thread of the user was interrupted"),
  HANDLER_FAILED("the handler of the service failed"),
  HANDLER_ABORTED("the handler of the service aborted the call"),
  NO_SUCH_SERVICE("nobody serves this service ID here"),
  REJECTED("the service rejected the call"),
  LENGTH_MISMATCH("the request had not the length that was declared"),
  EARLY_REPLY("the peer replied before the end of the request"),
  DATA_BEYOND_LAST("a packet came with a sequence number beyond the last one"),
  LAST_PACKET_MOVED("two different packets claimed to be the last"),
  LAST_PACKET_TOO_EARLY("a packet claimed to be the last before one already received"),
  REPLAYED("a call that its client is past came again"),
  CALLER_UNKNOWN("nobody answered the question who calls"),
  SUPERSEDED("the client began its next call on the channel before this one had ended"),
  HANDSHAKE_FAILED("the caller's answer could not be checked"),

  // ---- of security classes, one for each Violation
  CHECKSUM_WRONG(Violation.CHECKSUM_WRONG),
  PACKET_TOO_SHORT(Violation.PACKET_TOO_SHORT),
  PACKET_NOT_IN_BLOCKS(Violation.PACKET_NOT_IN_BLOCKS),
  SEALED_ELSEWHERE(Violation.SEALED_ELSEWHERE),
  LENGTH_WRONG(Violation.LENGTH_WRONG),
  EXPIRED_IN_USE(Violation.EXPIRED_IN_USE),
  KEYS_GONE(Violation.KEYS_GONE),
  TOKEN_DROPPED(Violation.TOKEN_DROPPED),
  CHALLENGE_TOO_SHORT(Violation.CHALLENGE_TOO_SHORT),
  CHALLENGE_OF_ANOTHER_VERSION(Violation.CHALLENGE_OF_ANOTHER_VERSION),
  CHALLENGE_LEVEL_UNKNOWN(Violation.CHALLENGE_LEVEL_UNKNOWN),
  FLOOR_TOO_HIGH(Violation.FLOOR_TOO_HIGH),
  RESPONSE_TOO_SHORT(Violation.RESPONSE_TOO_SHORT),
  RESPONSE_OF_ANOTHER_VERSION(Violation.RESPONSE_OF_ANOTHER_VERSION),
  RESPONSE_CHECKSUM_WRONG(Violation.RESPONSE_CHECKSUM_WRONG),
  RESPONSE_OF_ANOTHER_CONNECTION(Violation.RESPONSE_OF_ANOTHER_CONNECTION),
  RESPONSE_OUT_OF_SEQUENCE(Violation.RESPONSE_OUT_OF_SEQUENCE),
  RESPONSE_CALL_NUMBER_NEGATIVE(Violation.RESPONSE_CALL_NUMBER_NEGATIVE),
  RESPONSE_LEVEL_UNKNOWN(Violation.RESPONSE_LEVEL_UNKNOWN),
  LEVEL_TOO_LOW(Violation.LEVEL_TOO_LOW),
  TICKET_CUT(Violation.TICKET_CUT),
  TICKET_LENGTH_REFUSED(Violation.TICKET_LENGTH_REFUSED),
  TICKET_OF_UNKNOWN_KEY(Violation.TICKET_OF_UNKNOWN_KEY),
  TICKET_OF_WEAK_KEY(Violation.TICKET_OF_WEAK_KEY),
  TICKET_NOT_OPENED(Violation.TICKET_NOT_OPENED),
  TICKET_MALFORMED(Violation.TICKET_MALFORMED),
  TICKET_NAME_REFUSED(Violation.TICKET_NAME_REFUSED),
  TICKET_TIMES_ABSURD(Violation.TICKET_TIMES_ABSURD),
  TICKET_EXPIRED(Violation.TICKET_EXPIRED),
  TICKET_EXPIRED_LONG_AGO(Violation.TICKET_EXPIRED_LONG_AGO),
  TICKET_NOT_VALID_YET(Violation.TICKET_NOT_VALID_YET),
  TICKET_NOT_VALIDATED(Violation.TICKET_NOT_VALIDATED),
  SESSION_KEY_UNUSABLE(Violation.SESSION_KEY_UNUSABLE),
  SESSION_KEY_WEAK(Violation.SESSION_KEY_WEAK),
  CIPHER_MISSING(Violation.CIPHER_MISSING);

  private static final Map<Violation, AbortReason> OF_VIOLATIONS = new EnumMap<>(Violation.class);

  static {
    for (AbortReason reason : values()) {
      reason.violation.ifPresent(violation -> OF_VIOLATIONS.put(violation, reason));
    }
  }

  private final String text;
  private final Optional<Violation> violation;

  AbortReason(String text) {
    this.text = text;
    this.violation = Optional.empty();
  }

  AbortReason(Violation violation) {
    this.text = violation.toString();
    this.violation = Optional.of(violation);
  }

  /** Returns the reason for an abort after a violation of the security class. */
  public static AbortReason of(Violation violation) {
    return Objects.requireNonNull(OF_VIOLATIONS.get(violation));
  }

  /** Returns what of the security class was violated, if that is the reason. */
  public Optional<Violation> violation() {
    return violation;
  }

  @Override
  public String toString() {
    return text;
  }
}
