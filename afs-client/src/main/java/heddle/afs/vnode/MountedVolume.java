package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.callback.CallbackTable;
import heddle.afs.location.Volume;
import heddle.afs.rpc.VolSync;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** A volume as its files see it: what its servers said of the whole of it. Thread-safe. */
public final class MountedVolume {
  private static final int ROOT_VNODE = 1;

  private final Volume volume;
  private final CallbackTable callbacks;
  private final AtomicInteger instance = new AtomicInteger();
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

  /** Returns the number of the restoration that data versions belong to. */
  int instance() {
    return instance.get();
  }

  /**
   * Takes note of what came with a reply. Another date of creation means another release of a
   * read-only volume, or a read-write volume that was restored from a dump; then no promise about
   * it is believed any more, and of a restored one no data either: its versions were counted anew.
   */
  void note(VolSync sync) {
    Instant told = sync.creation();
    if (told.equals(creation) || told.equals(Instant.EPOCH)) {
      return;
    }
    lock.lock();
    try {
      if (!creation.equals(Instant.EPOCH) && !creation.equals(told)) {
        if (!volume.isReadOnly()) {
          instance.incrementAndGet();
        }
        callbacks.endVolume(volume.cell(), volume.id());
      }
      creation = told;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return volume.toString();
  }
}
