package heddle.afs.cell;

import heddle.afs.Fid;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.WireFid;
import java.io.IOException;
import java.time.Duration;

/**
 * What can be made to go wrong with a cell, so that tests see what becomes of it. Each method
 * returns when the fault is there; {@link #clear} takes those back that can be. Thread-safe.
 */
public final class CellFaults {
  private final CellParts parts;

  CellFaults(CellParts parts) {
    this.parts = parts;
  }

  /** Every call to the file server waits so long before it is served; zero ends that. */
  public void delay(Duration each) {
    if (each.isNegative()) {
      throw new IllegalArgumentException("a negative delay: " + each);
    }
    parts.gate().delay(each);
  }

  /**
   * The next calls to the file server are taken and neither done nor answered: to their client it
   * seems that the server is alive and works on them, until {@link #clear}, which aborts them as a
   * server that starts does.
   */
  public void drop(int calls) {
    if (calls < 0) {
      throw new IllegalArgumentException("a negative number of calls: " + calls);
    }
    parts.gate().drop(calls);
  }

  /**
   * A volume is busy for a moment, as while it is cloned; clients wait and try again.
   *
   * @param volume its name; {@code .readonly} at the end means the copy
   * @throws IllegalArgumentException if there is no such volume
   */
  public void busy(String volume) {
    parts.volume(volume).setOutage(AfsErrorCode.VBUSY);
  }

  /**
   * A volume is offline.
   *
   * @throws IllegalArgumentException if there is no such volume
   */
  public void offline(String volume) {
    parts.volume(volume).setOutage(AfsErrorCode.VOFFLINE);
  }

  /**
   * A volume is neither busy nor offline any more.
   *
   * @throws IllegalArgumentException if there is no such volume
   */
  public void online(String volume) {
    parts.volume(volume).setOutage(0);
  }

  /**
   * Breaks the promises about a file or directory, though nothing has changed; returns when its
   * clients know.
   */
  public void breakPromises(Fid fid) {
    parts.maker().breakPromises(new WireFid(fid.volume(), fid.vnode(), fid.uniquifier()));
  }

  /**
   * Sets the quota of a volume to what is in it: nothing more fits.
   *
   * @throws IllegalArgumentException if there is no such volume
   * @throws IOException if that could not be kept
   */
  public void fillQuota(String volume) throws IOException {
    Volume full = parts.volume(volume);
    full.change(
        change -> {
          int blocks = Math.clamp(full.usedBlocks(), 1, Integer.MAX_VALUE);
          change.put(change.header().withQuota(blocks, 0));
          return true;
        });
  }

  /**
   * Kills the servers: calls under way end, and the kernel refuses others. Volumes stay as they
   * are, promises and locks are gone.
   */
  public void kill() throws IOException {
    parts.kill(CellParts.Silence.REFUSING);
  }

  /** The same, but nothing answers at all, as if the network was cut. */
  public void cutOff() throws IOException {
    parts.kill(CellParts.Silence.SILENT);
  }

  /**
   * Starts the servers again, at the same address; does nothing if they run.
   *
   * @throws IOException if somebody else has taken the address
   */
  public void restart() throws IOException {
    parts.restart();
  }

  /**
   * Ends delays, lets go the calls that were dropped, puts all volumes online, starts the servers
   * if they were killed. Quotas stay.
   *
   * @throws IOException if somebody else has taken the address
   */
  public void clear() throws IOException {
    parts.gate().open();
    parts.volumes().all().forEach(volume -> volume.setOutage(0));
    restart();
  }
}
