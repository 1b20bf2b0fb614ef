package heddle.afs.auth;

import heddle.rxrpc.security.Security;

/**
 * On whose behalf an operation is done. Equal callers have equal rights: caches keep access rights
 * per caller and data once.
 */
public interface Caller {
  /** Returns the caller without any token. */
  static Caller anonymous() {
    return Anonymous.INSTANCE;
  }

  /**
   * Returns what proves to servers of {@code cell} who the caller is; by default nothing does.
   *
   * <p>Two connections are shared only if this is equal.
   */
  default Security security(String cell) {
    return Security.none();
  }
}
