package heddle.rxrpc.security;

/**
 * Which rule of a security class was broken: by a packet, in a handshake, or by a ticket. What the
 * peer is told is coarser ({@link SecurityViolationException#abortCode}).
 *
 * <p>Protocol source: Linux include/trace/events/rxrpc.h, rxrpc_abort_reasons (which are told
 * apart).
 */
public enum Violation {
  // ---- packets of calls
  CHECKSUM_WRONG("a packet had a wrong checksum in its header"),
  PACKET_TOO_SHORT("a packet was too short for its security class"),
  PACKET_NOT_IN_BLOCKS("a packet was no whole number of blocks"),
  SEALED_ELSEWHERE("a packet was sealed for another place, or with another key"),
  LENGTH_WRONG("a packet claimed to hold more than it did"),
  EXPIRED_IN_USE("the ticket expired while its connection was in use"),
  KEYS_GONE("the keys of the connection had been overwritten"),

  // ---- what a client finds
  TOKEN_DROPPED("the token had been dropped"),
  CHALLENGE_TOO_SHORT("a challenge was too short"),
  CHALLENGE_OF_ANOTHER_VERSION("a challenge was of an unknown version"),
  CHALLENGE_LEVEL_UNKNOWN("a challenge asked for a level that there is not"),
  FLOOR_TOO_HIGH("the service asks for a higher level than its caller"),

  // ---- what a service finds in a response
  RESPONSE_TOO_SHORT("a response was too short"),
  RESPONSE_OF_ANOTHER_VERSION("a response was of an unknown version"),
  RESPONSE_CHECKSUM_WRONG("a response was changed, or made with another key"),
  RESPONSE_OF_ANOTHER_CONNECTION("a response was made for another connection"),
  RESPONSE_OUT_OF_SEQUENCE("a response answered another challenge"),
  RESPONSE_CALL_NUMBER_NEGATIVE("a response held a negative call number"),
  RESPONSE_LEVEL_UNKNOWN("a response was for a level that there is not"),
  LEVEL_TOO_LOW("the caller's level is below what the service asks for"),

  // ---- and in the ticket
  TICKET_CUT("a response ended before its ticket"),
  TICKET_LENGTH_REFUSED("a ticket was longer or shorter than any may be"),
  TICKET_OF_UNKNOWN_KEY("a ticket was encrypted with a key that the service does not have"),
  TICKET_OF_WEAK_KEY("a ticket was encrypted with a weak key"),
  TICKET_NOT_OPENED("a ticket was encrypted for another service, or damaged"),
  TICKET_MALFORMED("a ticket was none"),
  TICKET_NAME_REFUSED("a ticket was of a client whose name AFS cannot have"),
  TICKET_TIMES_ABSURD("a ticket had times that no ticket has"),
  TICKET_EXPIRED("a ticket had expired"),
  TICKET_EXPIRED_LONG_AGO("a ticket had expired long ago"),
  TICKET_NOT_VALID_YET("a ticket was not valid yet"),
  TICKET_NOT_VALIDATED("a ticket was not validated"),
  SESSION_KEY_UNUSABLE("a ticket's session key was of an unknown type or length"),
  SESSION_KEY_WEAK("a ticket's session key was weak"),
  CIPHER_MISSING("this JVM lacks a cipher");

  private final String text;

  Violation(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
