package heddle.rxrpc.security;

import java.security.Principal;

/**
 * The service's side of the handshake of one wire connection. Thread-safe.
 *
 * <p>As long as the handshake is not done, no packet of a call may be believed.
 */
public interface ServiceHandshake {
  /**
   * Returns the body of the CHALLENGE packet. It is the same each time, so the challenge may be
   * repeated until a response comes.
   */
  byte[] challenge();

  /**
   * Checks the client's answer. Once an answer was accepted, later ones are copies and mean
   * nothing: they are not to be brought here.
   *
   * <p>Takes some microseconds of cryptography: not for a thread that receives.
   *
   * @param response the body of the RESPONSE packet
   * @throws SecurityViolationException if it proves nothing; the connection is to be aborted with
   *     its code
   */
  Accepted verify(byte[] response) throws SecurityViolationException;

  /**
   * What a good answer proves.
   *
   * @param caller who calls
   * @param callNumbers of the current or last call of each channel, as the client says: a call with
   *     a lower number is a replay
   * @param security protects the packets of the connection from now on
   */
  @SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares or changes it
  record Accepted(Principal caller, int[] callNumbers, ConnectionSecurity security) {}
}
