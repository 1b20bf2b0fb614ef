package heddle.afs.location;

import heddle.afs.AfsException;
import heddle.afs.Protection;
import heddle.afs.auth.Caller;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.Instant;
import java.util.Optional;

/** What becomes of a caller's token when a server is called, and what is said if that fails. */
final class TokenUse {
  private TokenUse() {}

  /** Returns the security class of calls to servers of a cell. */
  static Security security(Caller caller, String cell, Protection protection) {
    Optional<RxkadToken> token = caller.token(cell);
    return token.isPresent()
        ? Rxkad.with(token.get(), level(caller, cell, protection))
        : Security.none();
  }

  private static RxkadLevel level(Caller caller, String cell, Protection protection) {
    return caller.level().orElse(protection.of(cell).level());
  }

  /**
   * Checks before a server is called that it is worth it.
   *
   * @throws AfsException.TokenExpired if the caller has a token for the cell, but an old one
   * @throws AfsException.TokenRejected if the caller asks for a level below the cell's floor
   */
  static void check(Caller caller, String cell, Protection protection) throws AfsException {
    Optional<RxkadToken> token = caller.token(cell);
    if (token.isEmpty()) {
      return;
    }
    if (!token.get().expiry().isAfter(Instant.now())) {
      throw new AfsException.TokenExpired(expired(token.get(), cell));
    }
    RxkadLevel level = level(caller, cell, protection);
    RxkadLevel floor = protection.of(cell).floor();
    if (!level.isAtLeast(floor)) {
      throw new AfsException.TokenRejected(
          "level " + level + " is below " + floor + ", the floor of cell " + cell);
    }
  }

  /** Returns {@code failure}, with what the caller can do about it where that is known. */
  static AfsException explained(AfsException failure, Caller caller, String cell) {
    Optional<RxkadToken> token = caller.token(cell);
    if (token.isEmpty()) {
      return failure;
    }
    return switch (failure) {
      case AfsException.TokenExpired e ->
          new AfsException.TokenExpired(e.getMessage() + ": " + expired(token.get(), cell), e);
      case AfsException.TokenRejected e ->
          new AfsException.TokenRejected(
              e.getMessage()
                  + ": the token of "
                  + token.get().client()
                  + " is refused; get another: heddle login "
                  + cell,
              e);
      default -> failure;
    };
  }

  private static String expired(RxkadToken token, String cell) {
    return "the token of "
        + token.client()
        + " for cell "
        + cell
        + " expired at "
        + token.expiry()
        + "; renew it: heddle login "
        + cell;
  }
}
