package heddle.afs;

import java.util.Optional;

/**
 * Advisory locks, through one open file. Thread-safe. What the methods throw is as for {@link
 * AfsClient}.
 *
 * <p>Within this client ranges are arbitrated exactly, by owner: a new lock replaces what its owner
 * has there, splits it and merges with it. As {@link LockScope} says, what is locked is covered by
 * one lock on the whole file at its server. That lasts for 5 minutes and is extended for as long as
 * anything here needs it. Before a lock is granted under a new lock of the server, the file's
 * status is fetched anew, so what is read under the lock is what the last holder has left; before
 * the lock of the server is released, all written data are stored.
 *
 * <p>A lock of the server can be <em>lost</em>: it could not be extended for 5 minutes, the server
 * was restarted, the volume was moved or restored. Then the data that were written under it and not
 * stored are dropped, all locks on the file are gone, and each open file that they were taken
 * through fails with {@link AfsException.LockLost} when it is written, truncated or locked, until
 * it is closed: another client may have the lock.
 *
 * <p>On read-only volumes shared locks are this client's own business, and exclusive ones fail.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, HandleLocking (behaviour).
 */
public interface FileLocks {
  /**
   * Takes a lock, or fails at once if another has it; blocks for the server at most.
   *
   * @throws AfsException.LockHeld if another owner has it, here or on another client
   * @throws AfsException.PermissionDenied if the server does not let the caller lock: an exclusive
   *     lock needs the right to write, a shared one that or the right to lock
   * @throws AfsException.ReadOnlyVolume if an exclusive lock is wanted where nothing can be written
   * @throws AfsException.LockLost if a lock of this open file was lost
   * @throws AfsException.TooManyLocks if the owner or all together have too many on the file
   */
  void tryLock(LockRequest request) throws AfsException;

  /**
   * Takes a lock; blocks until those who have it release it, however long that takes. {@link
   * Thread#interrupt} ends that. Otherwise as {@link #tryLock}.
   *
   * @throws AfsException.Deadlock if an owner of ranges who is in the way waits, over others
   *     perhaps, for one that the asking owner has
   */
  void lock(LockRequest request) throws AfsException;

  /**
   * Releases what {@code owner} has in {@code range}. If that was the last of the client on the
   * file, stores what was written and releases the lock of the server; blocks until that is done.
   * If it cannot be done it is tried again in the background, and the lock lapses 5 minutes after
   * this client has ended. Data that cannot be stored are told of by {@link AfsFile#flush} as
   * always.
   *
   * @throws AfsException.TooManyLocks if one lock would become two and there are too many; nothing
   *     is released then. To release all of the file never fails.
   */
  void unlock(LockOwner owner, LockRange range) throws AfsException.TooManyLocks;

  /** Returns a lock that another owner has and that keeps {@code request} from being granted. */
  Optional<LockRequest> conflict(LockRequest request) throws AfsException;
}
