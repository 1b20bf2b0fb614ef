package heddle.afs.cell;

import heddle.afs.rpc.AfsErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one call does to a volume: made whole before anything of it is seen, or not at all. Belongs
 * to the thread that has the volume's lock.
 */
final class VolumeChange {
  private final Volume volume;
  private final Map<Integer, Optional<Vnode>> changed = new LinkedHashMap<>();
  private VolumeHeader header;
  private VnodeNumbers numbers;
  private long blocks; // more than before

  VolumeChange(Volume volume) {
    this.volume = volume;
    this.header = volume.header();
    this.numbers = volume.numbers();
  }

  /** Returns the volume, which is still as it was before. */
  Volume volume() {
    return volume;
  }

  /** Returns the vnode as it is in this change. */
  Vnode vnode(int number, int uniquifier) throws Refusal {
    Optional<Vnode> here = changed.get(number);
    if (here == null) {
      return volume.vnode(number, uniquifier);
    }
    return here.filter(vnode -> vnode.uniquifier() == uniquifier)
        .orElseThrow(() -> Refusal.of(AfsErrorCode.VNOVNODE));
  }

  /** Returns the vnode that is in the same volume under that number, if there is one. */
  Optional<Vnode> vnode(int number) {
    Optional<Vnode> here = changed.get(number);
    return here == null ? volume.vnode(number) : here;
  }

  /** Returns a number that no vnode of the volume has. */
  VnodeNumbers.Next allocate(VnodeType type) {
    VnodeNumbers.Next next = numbers.next(type);
    numbers = next.rest();
    return next;
  }

  /** Puts a vnode in the place of the one that had the number. */
  Vnode put(Vnode vnode) {
    blocks += vnode.blocks() - vnode(vnode.number()).map(Vnode::blocks).orElse(0L);
    changed.put(vnode.number(), Optional.of(vnode));
    return vnode;
  }

  /** Removes a vnode. */
  void remove(Vnode vnode) {
    blocks -= vnode(vnode.number()).map(Vnode::blocks).orElse(0L);
    changed.put(vnode.number(), Optional.empty());
  }

  VolumeHeader header() {
    return header;
  }

  void put(VolumeHeader newHeader) {
    header = newHeader;
  }

  /**
   * Fails unless the volume's quota has room for {@code more} blocks.
   *
   * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, AdjustDiskUsage (behaviour).
   */
  void requireRoom(long more) throws Refusal {
    boolean limited = header.quotaBlocks() != 0;
    if (more > 0 && limited && volume.usedBlocks() + blocks + more > header.quotaBlocks()) {
      throw Refusal.of(AfsErrorCode.VOVERQUOTA);
    }
  }

  Map<Integer, Optional<Vnode>> changed() {
    return changed;
  }

  VnodeNumbers numbers() {
    return numbers;
  }

  long blocks() {
    return blocks;
  }
}
