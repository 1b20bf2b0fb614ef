package heddle.afs.lock;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.rpc.LockType;
import java.time.Duration;

/**
 * The server of one file, as far as locks on the file go. Each call blocks until it is answered.
 */
public interface LockServer {
  /**
   * Asks for a lock; when it is granted, the file's status is fetched anew. Data that are read from
   * then on are those that were stored before the lock was granted.
   *
   * @throws AfsException.LockHeld if another client has one that excludes it
   */
  Place set(LockType type, Caller caller) throws AfsException;

  /**
   * Has the lock last for 5 minutes from now.
   *
   * @throws AfsException.LockLost if there is no lock at that place any more
   */
  void extend(Place place, Caller caller) throws AfsException;

  /**
   * Releases the lock. It is not to be called again, except after a failure that says that the
   * server has not done it.
   *
   * @throws AfsException.OutcomeUnknown if the server may have done it
   */
  void release(Place place, Caller caller) throws AfsException;

  /**
   * Returns what has become of a place that is doubtful.
   *
   * @param limit how long that may take, if the client's own limit is not shorter
   * @throws AfsException.LockLost if locks that were granted there are not to be relied upon
   */
  Place check(Place place, Caller caller, Duration limit) throws AfsException;

  /** Returns whether nothing was heard that makes the place doubtful. Does not block. */
  boolean isBelieved(Place place);

  /** Returns how many clients have a shared lock now, or -1 for an exclusive one. */
  int count(Caller caller) throws AfsException;

  /**
   * Returns a number that is another one when another client has changed the data, as was known
   * when a lock was granted or counted last.
   */
  long version();

  /** Makes sure that this client is told when the last lock is released. */
  void watch(Caller caller) throws AfsException;

  /** Stores what was written; if that fails {@link #isDirty} tells whether to try again. */
  void store() throws AfsException;

  /** Returns whether written data wait to be stored. */
  boolean isDirty();

  /**
   * Ends a call that brings written data to the server: the lock that they were written under may
   * be lost. They are sent again when that is settled. Does not block.
   */
  void abortStore();

  /** Gives written data up: the lock that they were written under is lost. */
  void drop(AfsException.LockLost cause);
}
