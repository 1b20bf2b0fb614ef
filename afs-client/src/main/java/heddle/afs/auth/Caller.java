package heddle.afs.auth;

import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.util.Optional;

/**
 * On whose behalf an operation is done. Equal callers have equal rights: caches keep access rights
 * per caller and data once.
 */
public interface Caller {
  /** Returns the caller without any token; the servers know it as {@code system:anyuser}. */
  static Caller anonymous() {
    return Anonymous.INSTANCE;
  }

  /**
   * Returns the caller as it is at this moment: what it returns does not change with what becomes
   * of the caller's tokens. Every operation asks once, and is done with the answer; two answers are
   * equal only while the tokens are the same. Never blocks.
   */
  default Caller now() {
    return this;
  }

  /**
   * Returns what proves to servers of {@code cell} who the caller is; by default nothing does. It
   * may have expired.
   */
  default Optional<RxkadToken> token(String cell) {
    return Optional.empty();
  }

  /** Returns how well the caller wants its packets protected; the client's own choice if empty. */
  default Optional<RxkadLevel> level() {
    return Optional.empty();
  }
}
