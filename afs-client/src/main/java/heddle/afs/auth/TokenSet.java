package heddle.afs.auth;

import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody with the tokens of one moment. Equal to itself only, so that rights which servers
 * granted to one token are not believed of the next: a new token may be of somebody else, or of the
 * same user as a member of other groups.
 */
final class TokenSet implements Caller {
  private static final long MILLIS_PER_SECOND = 1000;

  private final String name;
  private final Optional<RxkadLevel> level;
  private final Map<String, RxkadToken> byCell;
  private final long goodUntilSeconds;

  /**
   * Creates one.
   *
   * @param now when it begins: with the next token that expires from then on, it ends
   */
  TokenSet(String name, Optional<RxkadLevel> level, Map<String, RxkadToken> byCell, Instant now) {
    this.name = name;
    this.level = level;
    this.byCell = Map.copyOf(byCell);
    this.goodUntilSeconds =
        byCell.values().stream()
            .mapToLong(token -> token.expiry().getEpochSecond())
            .filter(expirySeconds -> expirySeconds > now.getEpochSecond())
            .min()
            .orElse(Long.MAX_VALUE);
  }

  /** Returns what a cell's name is looked up by. */
  static String key(String cell) {
    return cell.toLowerCase(Locale.ROOT);
  }

  /** Returns whether no token has expired since it began. */
  boolean isGood(long nowMillis) {
    return nowMillis / MILLIS_PER_SECOND < goodUntilSeconds;
  }

  /** Returns the tokens by {@link #key} of their cells. */
  Map<String, RxkadToken> byCell() {
    return byCell;
  }

  @Override
  public Optional<RxkadToken> token(String cell) {
    return Optional.ofNullable(byCell.get(key(cell)));
  }

  @Override
  public Optional<RxkadLevel> level() {
    return level;
  }

  @Override
  public String toString() {
    return name;
  }
}
