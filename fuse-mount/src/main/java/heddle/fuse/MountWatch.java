package heddle.fuse;

import heddle.fuse.FuseLibrary.C;
import java.io.IOException;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when a mount goes out of sight. A plain unmount ends the session, but a lazy one ({@code
 * fusermount -uz}, {@code umount -l}) leaves it to those who still use the mount, and the kernel
 * says nothing; so the kernel's table of mounts is watched.
 */
final class MountWatch {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");
  private static final short EXCEPTIONAL = 2; // POLLPRI
  private static final int FOR_EVER = -1;
  private static final int EINTR = 4;

  private final int mountId;
  private final Runnable gone;
  private final C c = FuseLibrary.loadC();

  private MountWatch(int mountId, Runnable gone) {
    this.mountId = mountId;
    this.gone = gone;
  }

  /**
   * Calls {@code gone} once, on a thread of its own, when the mount is not in the table any more.
   */
  static void start(int mountId, Runnable gone) {
    var watch = new MountWatch(mountId, gone);
    Thread.ofPlatform().daemon().name("heddle-mount-watch").start(watch::watch);
  }

  private void watch() {
    int table = c.open(MountTable.FILE.toString(), 0);
    if (table < 0) {
      LOG.debug("the table of mounts cannot be watched");
      return;
    }
    Pointer poll = Memory.allocateDirect(Runtime.getSystemRuntime(), Long.BYTES, true);
    poll.putInt(0, table);
    poll.putShort(Integer.BYTES, EXCEPTIONAL);
    try {
      while (MountTable.read().contains(mountId)) {
        if (c.poll(poll, 1, FOR_EVER) < 0 && lastError() != EINTR) {
          LOG.debug("the table of mounts cannot be watched: errno {}", lastError());
          return;
        }
      }
      gone.run();
    } catch (IOException e) {
      LOG.debug("the table of mounts cannot be read", e);
    } finally {
      c.close(table);
    }
  }

  private static int lastError() {
    return jnr.ffi.LastError.getLastError(Runtime.getSystemRuntime());
  }
}
