package heddle.afs.auth;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with tokens, one for each cell at most. A token can be renewed while the identity is in
 * use: what is called from then on uses the new one, and files that are open stay open.
 *
 * <p>An identity is equal to itself only, whatever tokens it has. Thread-safe.
 */
public final class Identity implements Caller, AutoCloseable {
  private final String name;
  private final RxkadLevel level;
  private final Map<String, Rxkad> tokens = new ConcurrentHashMap<>();

  private Identity(String name, RxkadLevel level) {
    this.name = name;
    this.level = level;
  }

  /**
   * Returns somebody without tokens.
   *
   * @param name for messages
   * @param level how well packets are protected
   */
  public static Identity named(String name, RxkadLevel level) {
    return new Identity(name, level);
  }

  /** Sets the token for a cell, which belongs to this from now on; the one before is closed. */
  public void set(String cell, RxkadToken token) {
    close(tokens.put(cell, Rxkad.with(token, level)));
  }

  /** Drops the token for a cell, if there is one. */
  public void drop(String cell) {
    close(tokens.remove(cell));
  }

  private static void close(@Nullable Rxkad before) {
    if (before != null) {
      before.token().close();
    }
  }

  /** Returns the token for a cell. It may have expired. */
  public Optional<RxkadToken> token(String cell) {
    return Optional.ofNullable(tokens.get(cell)).map(Rxkad::token);
  }

  /** Returns the tokens by the names of their cells. */
  public Map<String, RxkadToken> tokens() {
    var copy = new TreeMap<String, RxkadToken>();
    tokens.forEach((cell, rxkad) -> copy.put(cell, rxkad.token()));
    return copy;
  }

  /**
   * Returns the token for the cell with the level, or no security where there is none. A token that
   * has expired is used as well: servers refuse it, and whoever asked learns why; as anybody he
   * would only see that he may not.
   */
  @Override
  public Security security(String cell) {
    Rxkad rxkad = tokens.get(cell);
    return rxkad == null ? Security.none() : rxkad;
  }

  /** Drops all tokens. */
  @Override
  public void close() {
    tokens.keySet().forEach(this::drop);
  }

  @Override
  public String toString() {
    return name;
  }
}
