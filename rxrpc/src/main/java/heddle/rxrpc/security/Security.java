package heddle.rxrpc.security;

import java.util.Optional;

/**
 * What a caller picks for a connection: the security class and what it needs (a token, a level).
 *
 * <p>Two connections share wire connections only when their {@code Security} is equal, so an
 * implementation that carries an identity must be equal only to the same identity.
 */
public interface Security {
  /** Returns the index of the security class as it is on the wire; 0 is null security. */
  int index();

  /**
   * Begins the security of a new wire connection; by default there is none.
   *
   * @param epoch of the connection
   * @param connectionId of the connection, with the channel bits 0
   * @return nothing where packets go as they are
   * @throws SecurityViolationException if there cannot be such a connection any more
   */
  default Optional<ClientSecurity> connect(int epoch, int connectionId)
      throws SecurityViolationException {
    return Optional.empty();
  }

  /** Returns the null security class: no authentication, no encryption. */
  static Security none() {
    return NullSecurity.INSTANCE;
  }
}
