package heddle.afs;

/** What a lock lets others have. */
public enum LockMode {
  /** Others may have shared locks on the same bytes. */
  SHARED,
  /** Nobody else may have any. */
  EXCLUSIVE
}
