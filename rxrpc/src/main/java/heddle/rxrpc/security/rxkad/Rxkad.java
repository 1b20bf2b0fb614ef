package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.RxkadConnection.Place;
import java.util.Objects;
import java.util.Optional;

/**
 * The security class rxkad for a client: somebody's token, and how well packets are protected.
 *
 * <p>Two are equal, and share connections, if they have the same token (not an equal one) and
 * level. Immutable.
 */
public final class Rxkad implements Security {
  private final RxkadToken token;
  private final RxkadLevel level;

  private Rxkad(RxkadToken token, RxkadLevel level) {
    this.token = token;
    this.level = level;
  }

  /** Returns rxkad with this token at this level. */
  public static Rxkad with(RxkadToken token, RxkadLevel level) {
    return new Rxkad(token, level);
  }

  @Override
  public int index() {
    return RxkadConnection.SECURITY_INDEX;
  }

  /** Returns the token. */
  public RxkadToken token() {
    return token;
  }

  /** Returns the level. */
  public RxkadLevel level() {
    return level;
  }

  /**
   * Returns rxkad for a new wire connection.
   *
   * @throws RxkadException if the token was closed
   */
  @Override
  public Optional<ClientSecurity> connect(int epoch, int connectionId) throws RxkadException {
    return Optional.of(new RxkadClient(this, new Place(epoch, connectionId)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rxkad rxkad && rxkad.token == token && rxkad.level == level;
  }

  @Override
  public int hashCode() {
    return Objects.hash(System.identityHashCode(token), level);
  }

  @Override
  public String toString() {
    return "rxkad " + level + " " + token.client();
  }
}
