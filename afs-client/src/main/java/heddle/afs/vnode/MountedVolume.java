package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.callback.CallbackTable;
import heddle.afs.location.Volume;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.VolSync;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/** A volume as its files see it: what its servers said of the whole of it. Thread-safe. */
public final class MountedVolume {
  private static final int ROOT_VNODE = 1;

  private final Volume volume;
  private final CallbackTable callbacks;
  private final ReentrantLock lock = new ReentrantLock(); // guards creation
  private volatile Instant creation = Instant.EPOCH;

  MountedVolume(Volume volume, CallbackTable callbacks) {
    this.volume = volume;
    this.callbacks = callbacks;
  }

  /** Fails if the volume cannot be written. */
  void requireWritable() throws AfsException.ReadOnlyVolume {
    if (volume.isReadOnly()) {
      throw new AfsException.ReadOnlyVolume(volume + " is read-only");
    }
  }

  Volume volume() {
    return volume;
  }

  /** Returns the fid of the volume's root directory. */
  Fid rootFid() {
    return new Fid(volume.cell(), volume.id(), ROOT_VNODE, ROOT_VNODE);
  }

  /**
   * Returns the date of creation that was told last, in seconds (unsigned); 0 if none was. Data
   * versions of a read-write volume belong to it.
   */
  int creation() {
    return (int) creation.getEpochSecond();
  }

  /**
   * Takes note of what came with a reply. Another date of creation means another release of a
   * read-only volume, or a read-write volume that was restored from a dump; then no promise about
   * it is believed any more, and of a restored one no data either: its versions were counted anew.
   *
   * @return the date that the reply tells, in seconds; 0 if it does not
   */
  int note(VolSync sync) {
    Instant told = sync.creation();
    if (!told.equals(creation) && !told.equals(Instant.EPOCH)) {
      change(told);
    }
    return (int) told.getEpochSecond();
  }

  private void change(Instant told) {
    lock.lock();
    try {
      if (!creation.equals(Instant.EPOCH) && !creation.equals(told)) {
        callbacks.endVolume(volume.cell(), volume.id());
      }
      creation = told;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns what tells versions of a file's data with the same number apart, in this process and in
   * later ones: a number counted anew after the volume was restored from a dump. Of a read-write
   * volume that is the volume's date of creation. A read-only one gets another date with each
   * release, of which most files know nothing; theirs is the time when the server changed the file.
   *
   * @param creation the date that came with {@code status}, in seconds
   * @return seconds, unsigned; 0 if the server does not tell: then only this process may trust it
   */
  int instance(FetchStatus status, int creation) {
    return volume.isReadOnly() ? (int) status.serverModified().getEpochSecond() : creation;
  }

  @Override
  public String toString() {
    return volume.toString();
  }
}
