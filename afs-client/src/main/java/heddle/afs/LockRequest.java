package heddle.afs;

/**
 * A lock that somebody wants or has.
 *
 * @param owner who
 * @param range on which bytes; of whole-file owners the whole file
 * @param mode what others may have beside it
 * @param process id of the process that asked, to be shown to those who find it in their way; 0 if
 *     it is not known, or on another machine
 */
public record LockRequest(LockOwner owner, LockRange range, LockMode mode, int process) {
  /** Checks the range. */
  public LockRequest {
    if (owner.kind() == LockOwner.Kind.WHOLE_FILE && !range.isWhole()) {
      throw new IllegalArgumentException("a part of a whole file: " + range);
    }
  }
}
