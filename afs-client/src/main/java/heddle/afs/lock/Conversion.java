package heddle.afs.lock;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.rpc.LockType;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a shared lock of the server becomes an exclusive one, or the other way round: it is given
 * back, with all that was written stored, and another one is asked for. In between another client
 * may be faster. Runs on the calling thread of a {@link ServerLock}.
 */
final class Conversion {
  private static final Logger LOG = LoggerFactory.getLogger(Conversion.class);

  private final ServerLock lock;
  private final LockServer server;
  private final Lease old;

  Conversion(ServerLock lock, LockServer server, Lease old) {
    this.lock = lock;
    this.server = server;
    this.old = old;
  }

  /**
   * Gets a lock of that type, or keeps the old one if it will do.
   *
   * @throws AfsException.LockHeld if another client has one that excludes it
   */
  void to(LockType type, Supplier<Caller> holder) throws AfsException {
    if (lock.isNeeded()) {
      exchange(type, holder);
    } else if (giveUp(type)) {
      lock.set(type, holder);
    }
  }

  /**
   * Gives up what nobody has any more: whoever wants the other mode of {@code flock} has nothing in
   * between, or two clients would wait for each other. Returns false if it stays, and will do.
   */
  private boolean giveUp(LockType wanted) throws AfsException {
    try {
      lock.store();
      handBack();
      return true;
    } catch (AfsException e) {
      boolean gone = lock.current() != old;
      if (!gone && !old.covers(wanted)) {
        throw e;
      }
      LOG.debug("{}: giving one up for another: {}", lock, e.getMessage());
      return gone;
    }
  }

  /**
   * Gives up what somebody has, for a moment. If another client is faster, it is taken back; if
   * that is not possible, or another has written in that moment, it is lost.
   */
  private void exchange(LockType type, Supplier<Caller> holder) throws AfsException {
    if (server.count(holder.get()) > 1) {
      throw new AfsException.LockHeld("other clients have shared locks, see " + lock);
    }
    long version = server.version();
    lock.store();
    try {
      if (!handBack()) {
        return; // who asked finds out
      }
    } catch (AfsException e) {
      if (lock.current() == null) {
        lose(e);
      }
      throw e;
    }
    try {
      lock.set(type, holder);
    } catch (AfsException e) {
      takeBack(version, e);
      throw e;
    }
    requireVersion(version);
  }

  /**
   * Releases the lock. Returns false if it was lost before; it stands if the server has certainly
   * not done it.
   */
  private boolean handBack() throws AfsException {
    if (!lock.replace(old, null)) {
      return false;
    }
    try {
      server.release(old.place(), old.holder().get());
      return true;
    } catch (AfsException.ServersUnreachable | AfsException.VolumeUnavailable e) {
      lock.replace(null, old);
      throw e;
    }
  }

  private void takeBack(long version, AfsException reason) throws AfsException.LockLost {
    try {
      lock.set(old.type(), old.holder());
    } catch (AfsException e) {
      reason.addSuppressed(e);
      lose(e);
      return;
    }
    requireVersion(version);
  }

  private void lose(AfsException cause) {
    lock.loseHolders("it was given up to get an exclusive one: " + cause.getMessage());
  }

  private void requireVersion(long version) throws AfsException.LockLost {
    if (server.version() != version) {
      String reason = "it was given up to get an exclusive one, and another has written meanwhile";
      lock.loseHolders(reason);
      throw new AfsException.LockLost(lock + ": " + reason);
    }
  }
}
