package heddle.fuse;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.lock.LockServer;
import heddle.afs.lock.Place;
import heddle.afs.rpc.LockType;
import java.time.Duration;

/** Is never asked: locks in memory are local. */
final class NoLockServer implements LockServer {
  private static UnsupportedOperationException unexpected() {
    return new UnsupportedOperationException("there is no server");
  }

  @Override
  public Place set(LockType type, Caller caller) {
    throw unexpected();
  }

  @Override
  public void extend(Place place, Caller caller) {
    throw unexpected();
  }

  @Override
  public void release(Place place, Caller caller) {
    throw unexpected();
  }

  @Override
  public Place check(Place place, Caller caller, Duration limit) {
    throw unexpected();
  }

  @Override
  public boolean isBelieved(Place place) {
    throw unexpected();
  }

  @Override
  public int count(Caller caller) {
    throw unexpected();
  }

  @Override
  public long version() {
    throw unexpected();
  }

  @Override
  public void watch(Caller caller) {
    throw unexpected();
  }

  @Override
  public void store() {
    throw unexpected();
  }

  @Override
  public boolean isDirty() {
    throw unexpected();
  }

  @Override
  public void abortStore() {
    throw unexpected();
  }

  @Override
  public void drop(AfsException.LockLost cause) {
    throw unexpected();
  }
}
