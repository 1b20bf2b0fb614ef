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
  private final Map<String, Held> tokens = new ConcurrentHashMap<>();

  /** The token in use, and the one that it replaced. */
  private record Held(Rxkad current, @Nullable Rxkad before) {
    void closeBefore() {
      if (before != null) {
        before.token().close();
      }
    }
  }

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

  /**
   * Sets the token for a cell, which belongs to this from now on. The one before is closed when it
   * is two renewals old, or dropped: a call that has just asked for it may still begin with it.
   */
  public void set(String cell, RxkadToken token) {
    tokens.compute(
        cell,
        (name, held) -> {
          if (held == null) {
            return new Held(Rxkad.with(token, level), null);
          }
          held.closeBefore();
          return new Held(Rxkad.with(token, level), held.current);
        });
  }

  /** Drops the token for a cell, if there is one. */
  public void drop(String cell) {
    Held held = tokens.remove(cell);
    if (held != null) {
      held.closeBefore();
      held.current.token().close();
    }
  }

  /** Returns the token for a cell. It may have expired. */
  public Optional<RxkadToken> token(String cell) {
    return Optional.ofNullable(tokens.get(cell)).map(held -> held.current.token());
  }

  /** Returns the tokens by the names of their cells. */
  public Map<String, RxkadToken> tokens() {
    var copy = new TreeMap<String, RxkadToken>();
    tokens.forEach((cell, held) -> copy.put(cell, held.current.token()));
    return copy;
  }

  /**
   * Returns the token for the cell with the level, or no security where there is none. A token that
   * has expired is used as well: servers refuse it, and whoever asked learns why; as anybody he
   * would only see that he may not.
   */
  @Override
  public Security security(String cell) {
    Held held = tokens.get(cell);
    return held == null ? Security.none() : held.current;
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
