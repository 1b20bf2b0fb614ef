package heddle.afs.auth;

/**
 * On whose behalf an operation is done. Equal callers have equal rights: caches keep access rights
 * per caller and data once.
 */
public interface Caller {
  /** Returns the caller without any token. */
  static Caller anonymous() {
    return Anonymous.INSTANCE;
  }
}
