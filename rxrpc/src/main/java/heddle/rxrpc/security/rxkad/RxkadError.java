package heddle.rxrpc.security.rxkad;

import java.util.Optional;

/**
 * What is wrong, in the words and with the abort codes of rxkad.
 *
 * <p>Protocol source: OpenAFS src/rxkad/rxkad_errs.et.
 */
public enum RxkadError {
  /** {@code RXKADINCONSISTENCY} */
  INCONSISTENCY("the handshake is out of step"),
  /** {@code RXKADPACKETSHORT} */
  PACKET_SHORT("a challenge or response is too short"),
  /** {@code RXKADLEVELFAIL} */
  LEVEL_FAIL("the sides want different levels"),
  /** {@code RXKADTICKETLEN} */
  TICKET_LEN("the ticket is too long or too short"),
  /** {@code RXKADOUTOFSEQUENCE} */
  OUT_OF_SEQUENCE("the response answers another challenge"),
  /** {@code RXKADNOAUTH} */
  NO_AUTH("the ticket is not valid now"),
  /** {@code RXKADBADKEY} */
  BAD_KEY("the key is weak or has a wrong parity"),
  /** {@code RXKADBADTICKET} */
  BAD_TICKET("the ticket is damaged, or not for this service"),
  /** {@code RXKADUNKNOWNKEY} */
  UNKNOWN_KEY("the service does not have the ticket's key"),
  /** {@code RXKADEXPIRED} */
  EXPIRED("the ticket has expired"),
  /** {@code RXKADSEALEDINCON} */
  SEALED_INCONSISTENT("a packet was not sealed with this key for this place"),
  /** {@code RXKADDATALEN} */
  DATA_LEN("a packet claims to hold more than it does"),
  /** {@code RXKADILLEGALLEVEL} */
  ILLEGAL_LEVEL("the caller may not use this level");

  private static final int BASE = 19270400;

  private final String text;

  RxkadError(String text) {
    this.text = text;
  }

  /** Returns the code that a call or connection is aborted with. */
  public int abortCode() {
    return BASE + ordinal();
  }

  /** Returns the error that an abort code stands for, if it is one of rxkad. */
  public static Optional<RxkadError> fromAbortCode(int code) {
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
