package heddle.rxrpc.security;

/**
 * What a caller picks for a connection: the security class and what it needs (a token, a level).
 *
 * <p>Two connections share wire connections only when their {@code Security} is equal, so an
 * implementation that carries an identity must be equal only to the same identity.
 */
public interface Security {
  /** Returns the index of the security class as it is on the wire; 0 is null security. */
  int index();

  /** Returns the null security class: no authentication, no encryption. */
  static Security none() {
    return NullSecurity.INSTANCE;
  }
}
