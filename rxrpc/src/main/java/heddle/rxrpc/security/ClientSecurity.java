package heddle.rxrpc.security;

/** The client's side of a security class on one wire connection. Thread-safe. */
public interface ClientSecurity extends ConnectionSecurity {
  /**
   * Answers the server's question who calls. May be asked again: challenges are repeated when a
   * response was lost.
   *
   * @param challenge the body of the CHALLENGE packet
   * @param callNumbers the number of the current or last call of each of the four channels, 0 where
   *     there was none
   * @return the body of the RESPONSE packet; may be longer than a packet of data
   * @throws SecurityViolationException if the challenge is none that we answer; the connection is
   *     to be aborted with its code
   */
  byte[] respond(byte[] challenge, int[] callNumbers) throws SecurityViolationException;
}
