package heddle.afs.auth;

import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with tokens, one for each cell at most. A token can be renewed while the identity is in
 * use: operations that begin from then on use the new one, and files that are open stay open.
 *
 * <p>Names of cells are compared without regard to case. An identity is equal to itself only,
 * whatever tokens it has. Thread-safe.
 */
public final class Identity implements Caller, AutoCloseable {
  private final String name;
  private final Optional<RxkadLevel> level;
  private final InstantSource clock;
  private final ReentrantLock changing = new ReentrantLock();
  private final Map<String, RxkadToken> replaced = new HashMap<>(); // by changing
  private volatile TokenSet current;

  /** Creates one without tokens. */
  Identity(String name, Optional<RxkadLevel> level, InstantSource clock) {
    this.name = name;
    this.level = level;
    this.clock = clock;
    this.current = tokenSet(Map.of());
  }

  /**
   * Returns somebody without tokens, whose packets are protected as the client's configuration
   * says.
   *
   * @param name for messages
   */
  public static Identity named(String name) {
    return new Identity(name, Optional.empty(), InstantSource.system());
  }

  /** Returns the same with a level of its own, which must not be below the floor of the client. */
  public static Identity named(String name, RxkadLevel level) {
    return new Identity(name, Optional.of(level), InstantSource.system());
  }

  private TokenSet tokenSet(Map<String, RxkadToken> tokens) {
    return new TokenSet(name, level, tokens, clock.instant());
  }

  /**
   * Sets the token for a cell, which belongs to this from now on. The one before is closed when it
   * is two renewals old, or dropped: a call that has just asked for it may still begin with it.
   */
  public void set(String cellName, RxkadToken token) {
    String cell = TokenSet.key(cellName);
    changing.lock();
    try {
      var tokens = new HashMap<>(current.byCell());
      RxkadToken before = tokens.put(cell, token);
      current = tokenSet(tokens);
      if (before != null) {
        closeIfPresent(replaced.put(cell, before));
      }
    } finally {
      changing.unlock();
    }
  }

  private static void closeIfPresent(@Nullable RxkadToken token) {
    if (token != null) {
      token.close();
    }
  }

  /** Drops the token for a cell; returns whether there was one. */
  public boolean drop(String cellName) {
    String cell = TokenSet.key(cellName);
    changing.lock();
    try {
      var tokens = new HashMap<>(current.byCell());
      RxkadToken dropped = tokens.remove(cell);
      current = tokenSet(tokens);
      closeIfPresent(dropped);
      closeIfPresent(replaced.remove(cell));
      return dropped != null;
    } finally {
      changing.unlock();
    }
  }

  /** Returns the tokens by the names of their cells, in order. */
  public Map<String, RxkadToken> tokens() {
    return new TreeMap<>(current.byCell());
  }

  @Override
  public Caller now() {
    TokenSet tokens = current;
    return tokens.isGood(clock.millis()) ? tokens : afterAnExpiry();
  }

  /** Begins anew when a token has expired: what servers granted to it is not believed any more. */
  private Caller afterAnExpiry() {
    changing.lock();
    try {
      if (!current.isGood(clock.millis())) {
        current = tokenSet(current.byCell());
      }
      return current;
    } finally {
      changing.unlock();
    }
  }

  /**
   * Returns the token for the cell. One that has expired is returned as well: whoever uses it
   * learns why that fails; as anybody he would only see that he may not.
   */
  @Override
  public Optional<RxkadToken> token(String cell) {
    return current.token(cell);
  }

  @Override
  public Optional<RxkadLevel> level() {
    return level;
  }

  /** Drops all tokens. */
  @Override
  public void close() {
    current.byCell().keySet().forEach(this::drop);
  }

  @Override
  public String toString() {
    return name;
  }
}
