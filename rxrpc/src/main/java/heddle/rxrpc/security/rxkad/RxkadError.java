package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import java.util.Optional;

/**
 * What is wrong, in the words and with the abort codes of rxkad.
 *
 * <p>Protocol source: OpenAFS src/rxkad/rxkad_errs.et.
 */
public enum RxkadError {
  /** {@code RXKADINCONSISTENCY} */
  INCONSISTENCY("the handshake is out of step", "try again on a new connection"),
  /** {@code RXKADPACKETSHORT} */
  PACKET_SHORT("a challenge or response is too short", "the peer speaks another version of rxkad"),
  /** {@code RXKADLEVELFAIL} */
  LEVEL_FAIL(
      "the sides want different levels", "ask for a higher level, or lower the service's floor"),
  /** {@code RXKADTICKETLEN} */
  TICKET_LEN("the ticket is too long or too short", "get a ticket with less in it (no PAC)"),
  /** {@code RXKADOUTOFSEQUENCE} */
  OUT_OF_SEQUENCE("the response answers another challenge", "try again on a new connection"),
  /** {@code RXKADNOAUTH} */
  NO_AUTH("the ticket is not valid now", "compare the clocks of both sides and get a new ticket"),
  /** {@code RXKADBADKEY} */
  BAD_KEY("the key is weak or has a wrong parity", "get a ticket with a session key of AES"),
  /** {@code RXKADBADTICKET} */
  BAD_TICKET("the ticket is damaged, or not for this service", "get a new ticket, of this cell"),
  /** {@code RXKADUNKNOWNKEY} */
  UNKNOWN_KEY(
      "the service does not have the ticket's key",
      "get a new ticket; if it is new, the service needs the key of that kvno (asetkey)"),
  /** {@code RXKADEXPIRED} */
  EXPIRED("the ticket has expired", "get a new one (kinit, heddle login)"),
  /** {@code RXKADSEALEDINCON} */
  SEALED_INCONSISTENT(
      "a packet was not sealed with this key for this place",
      "try again; if it persists somebody changes packets on the way"),
  /** {@code RXKADDATALEN} */
  DATA_LEN(
      "a packet claims to hold more than it does", "the peer is faulty or not who it claims to be"),
  /** {@code RXKADILLEGALLEVEL} */
  ILLEGAL_LEVEL("the caller may not use this level", "use another level");

  private static final int BASE = 19270400;

  /** Where the numbers of ASN.1 begin, with which OpenAFS refuses a ticket that it cannot parse. */
  private static final int ASN1_BASE = 1_859_794_432;

  private static final int ASN1_CODES = 256; // as many as a table of com_err has

  private final String text;
  private final String advice;

  RxkadError(String text, String advice) {
    this.text = text;
    this.advice = advice;
  }

  /** Returns in a few words what is wrong. */
  public String explanation() {
    return text;
  }

  /** Returns in a few words what can be done about it. */
  public String advice() {
    return advice;
  }

  /** Returns the code that a call or connection is aborted with. */
  public int abortCode() {
    return BASE + ordinal();
  }

  /**
   * Returns what the peer is told of a violation.
   *
   * <p>Protocol source: OpenAFS src/rxkad/rxkad_server.c, rxkad_client.c, rxkad_common.c, ticket5.c
   * (behaviour).
   */
  static RxkadError of(Violation violation) {
    return switch (violation) {
      case KEYS_GONE, CHALLENGE_OF_ANOTHER_VERSION, RESPONSE_OF_ANOTHER_VERSION -> INCONSISTENCY;
      case CHALLENGE_TOO_SHORT, RESPONSE_TOO_SHORT, TICKET_CUT -> PACKET_SHORT;
      case CHALLENGE_LEVEL_UNKNOWN, FLOOR_TOO_HIGH, RESPONSE_LEVEL_UNKNOWN, LEVEL_TOO_LOW ->
          LEVEL_FAIL;
      case TICKET_LENGTH_REFUSED -> TICKET_LEN;
      case RESPONSE_OUT_OF_SEQUENCE -> OUT_OF_SEQUENCE;
      case TICKET_NOT_VALID_YET, TICKET_NOT_VALIDATED -> NO_AUTH;
      case TICKET_OF_WEAK_KEY, SESSION_KEY_WEAK -> BAD_KEY;
      case TICKET_NOT_OPENED,
          TICKET_MALFORMED,
          TICKET_NAME_REFUSED,
          TICKET_TIMES_ABSURD,
          TICKET_EXPIRED_LONG_AGO,
          SESSION_KEY_UNUSABLE ->
          BAD_TICKET;
      case TICKET_OF_UNKNOWN_KEY, CIPHER_MISSING -> UNKNOWN_KEY;
      case EXPIRED_IN_USE, TICKET_EXPIRED, TOKEN_DROPPED -> EXPIRED;
      case CHECKSUM_WRONG,
          PACKET_TOO_SHORT,
          PACKET_NOT_IN_BLOCKS,
          SEALED_ELSEWHERE,
          RESPONSE_CHECKSUM_WRONG,
          RESPONSE_OF_ANOTHER_CONNECTION,
          RESPONSE_CALL_NUMBER_NEGATIVE ->
          SEALED_INCONSISTENT;
      case LENGTH_WRONG -> DATA_LEN;
    };
  }

  /**
   * Returns the error that an abort code stands for, if it is one of rxkad. An error number of
   * ASN.1 stands for {@link #BAD_TICKET}: OpenAFS sends it for a ticket that it cannot parse.
   *
   * <p>Protocol source: OpenAFS src/rxkad/ticket5.c, asn1_err.h (behaviour).
   */
  public static Optional<RxkadError> fromAbortCode(int code) {
    if (code >= ASN1_BASE && code - ASN1_BASE < ASN1_CODES) {
      return Optional.of(BAD_TICKET);
    }
    int index = code - BASE;
    RxkadError[] errors = values();
    return index >= 0 && index < errors.length ? Optional.of(errors[index]) : Optional.empty();
  }

  /** Returns the name that other implementations know it by, such as {@code RXKADEXPIRED}. */
  public String fieldName() {
    return "RXKAD" + (this == SEALED_INCONSISTENT ? "SEALEDINCON" : name().replace("_", ""));
  }

  @Override
  public String toString() {
    return fieldName() + ": " + text;
  }
}
