package heddle.afs.cell;

import heddle.afs.rpc.AfsErrorCode;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The room that all volumes share. Thread-safe.
 *
 * <p>Files count with their lengths, holes included, as on servers.
 */
final class Partition {
  private final long limitBlocks;
  private volatile long sizeBlocks;
  private final AtomicLong usedBlocks = new AtomicLong();

  /**
   * Makes one; sizes in units of 1024 bytes.
   *
   * @param freeBlocks how much there is besides what volumes have that are there already
   * @param limitBlocks how much all volumes may have, those included
   */
  Partition(long freeBlocks, long limitBlocks) {
    this.limitBlocks = limitBlocks;
    this.sizeBlocks = Math.min(freeBlocks, limitBlocks);
  }

  /** Counts a volume that is there already; volumes are counted before any is used. */
  void adopt(long blocks) {
    usedBlocks.addAndGet(blocks);
    sizeBlocks = Math.min(sizeBlocks + blocks, limitBlocks);
  }

  /**
   * Takes room, or with a negative number gives it back.
   *
   * @throws Refusal if there is not so much
   */
  void take(long blocks) throws Refusal {
    long used = usedBlocks.addAndGet(blocks);
    if (blocks > 0 && used > sizeBlocks) {
      usedBlocks.addAndGet(-blocks);
      throw Refusal.of(AfsErrorCode.VDISKFULL);
    }
  }

  /** Gives room back. */
  void giveBack(long blocks) {
    usedBlocks.addAndGet(-blocks);
  }

  /** Fails unless there is room for so many more. */
  void requireRoom(long blocks) throws Refusal {
    if (blocks > freeBlocks()) {
      throw Refusal.of(AfsErrorCode.VDISKFULL);
    }
  }

  long sizeBlocks() {
    return sizeBlocks;
  }

  long freeBlocks() {
    return Math.max(0, sizeBlocks - usedBlocks.get());
  }
}
