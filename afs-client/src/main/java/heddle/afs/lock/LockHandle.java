package heddle.afs.lock;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileLocks;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import heddle.afs.auth.Caller;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The locks of one open file. Thread-safe. */
public final class LockHandle implements FileLocks {
  private final LockTable table;
  private final Subject subject;
  private final Supplier<Caller> caller;
  private volatile boolean writable;
  private volatile boolean holding;
  private volatile AfsException.@Nullable LockLost lost;

  /**
   * What is locked.
   *
   * @param readOnly whether its volume is
   */
  public record Subject(Fid fid, LockServer server, boolean readOnly) {}

  LockHandle(LockTable table, Subject subject, Supplier<Caller> caller) {
    this.table = table;
    this.subject = subject;
    this.caller = caller;
  }

  /** The file was opened for writing. */
  public void opensForWriting() {
    writable = true;
  }

  @Override
  public void tryLock(LockRequest request) throws AfsException {
    table.take(this, request, LockedFile.Patience.NONE);
  }

  @Override
  public void lock(LockRequest request) throws AfsException {
    table.take(this, request, LockedFile.Patience.UNLIMITED);
  }

  @Override
  public void unlock(LockOwner owner, LockRange range) throws AfsException.TooManyLocks {
    table.release(subject.fid(), owner, range);
  }

  @Override
  public Optional<LockRequest> conflict(LockRequest request) throws AfsException {
    return table.conflict(this, request);
  }

  /** Releases all that was locked through this open file only. */
  public void close() {
    if (holding) {
      table.closed(this);
    }
  }

  /**
   * Fails if a lock that was taken through this open file is lost, as far as is known. Asks the
   * server where there is doubt.
   */
  public void requireKept() throws AfsException {
    requireNotLost();
    if (holding) {
      table.requireKept(this);
    }
  }

  /** Fails if it is known that a lock is lost. */
  public void requireNotLost() throws AfsException.LockLost {
    AfsException.LockLost cause = lost;
    if (cause != null) {
      throw new AfsException.LockLost(String.valueOf(cause.getMessage()), cause);
    }
  }

  Subject subject() {
    return subject;
  }

  Caller caller() {
    return caller.get();
  }

  boolean isWritable() {
    return writable;
  }

  boolean isReadOnlyVolume() {
    return subject.readOnly();
  }

  /** A lock was granted. */
  void holds() {
    holding = true;
  }

  void lose(AfsException.LockLost cause) {
    lost = cause;
  }
}
