package heddle.afs.cell;

import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.VolSync;
import heddle.afs.rpc.WireFid;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A volume: its vnodes and what is known of it. Thread-safe: readers take vnodes as they are at one
 * moment and need no lock; changes are made one at a time.
 */
final class Volume {
  private static final Logger LOG = LoggerFactory.getLogger(Volume.class);

  private final Partition partition;
  private final VolumeStorage storage;
  private final ReentrantLock changing = new ReentrantLock();
  private final Map<Integer, Vnode> vnodes = new ConcurrentHashMap<>();
  private final VnodeLocks locks = new VnodeLocks();
  private volatile VolumeHeader header;
  private volatile VnodeNumbers numbers;
  private volatile long usedBlocks;
  private volatile int outage; // an abort code, or 0

  /** Makes a volume of these vnodes, which are counted in the partition already. */
  Volume(
      Partition partition,
      VolumeStorage storage,
      VolumeHeader header,
      VnodeNumbers numbers,
      Map<Integer, Vnode> vnodes) {
    this.partition = partition;
    this.storage = storage;
    this.header = header;
    this.numbers = numbers;
    this.vnodes.putAll(vnodes);
    this.usedBlocks = vnodes.values().stream().mapToLong(Vnode::blocks).sum();
  }

  /** Does something to a volume. */
  @FunctionalInterface
  interface Body<T> {
    T apply(VolumeChange change) throws IOException;
  }

  int id() {
    return header.id();
  }

  VolumeHeader header() {
    return header;
  }

  VnodeNumbers numbers() {
    return numbers;
  }

  VolumeStorage storage() {
    return storage;
  }

  VnodeLocks locks() {
    return locks;
  }

  long usedBlocks() {
    return usedBlocks;
  }

  int vnodeCount() {
    return vnodes.size();
  }

  boolean isReadOnly() {
    return header.kind() != VolumeKind.READ_WRITE;
  }

  Partition partition() {
    return partition;
  }

  /** From now on calls about the volume fail with this code; 0 ends that. */
  void setOutage(int abortCode) {
    outage = abortCode;
  }

  int outage() {
    return outage;
  }

  /** Returns what replies say of the volume. */
  VolSync sync() {
    return new VolSync(Instant.ofEpochSecond(header.creationSeconds()), Instant.EPOCH);
  }

  Optional<Vnode> vnode(int number) {
    return Optional.ofNullable(vnodes.get(number));
  }

  Vnode vnode(int number, int uniquifier) throws Refusal {
    Vnode vnode = vnodes.get(number);
    if (vnode == null || vnode.uniquifier() != uniquifier) {
      throw Refusal.of(AfsErrorCode.VNOVNODE);
    }
    return vnode;
  }

  Vnode vnode(WireFid fid) throws Refusal {
    return vnode(fid.vnode(), fid.uniquifier());
  }

  WireFid fid(Vnode vnode) {
    return new WireFid(header.id(), vnode.number(), vnode.uniquifier());
  }

  /** Returns the directory whose access list counts for a vnode: itself, or the one it is in. */
  Vnode guardian(Vnode vnode) throws Refusal {
    return vnode.isDirectory()
        ? vnode
        : vnode(vnode.attributes().parent())
            .orElseThrow(() -> Refusal.of(AfsErrorCode.VNOVNODE)); // it was just removed
  }

  /** Makes a change, whole or not at all, while nobody else makes one. */
  <T> T change(Body<T> body) throws IOException {
    return change(VolumeStorage.Durability.USUAL, body);
  }

  /** Makes a change that is on the disk when this returns, if asked for that. */
  <T> T change(VolumeStorage.Durability durability, Body<T> body) throws IOException {
    changing.lock();
    try {
      VolumeChange change = new VolumeChange(this);
      T result = body.apply(change);
      commit(change, durability);
      return result;
    } finally {
      changing.unlock();
    }
  }

  private void commit(VolumeChange change, VolumeStorage.Durability durability) throws Refusal {
    long newUsedBlocks = usedBlocks + change.blocks();
    partition.take(change.blocks());
    change.put(change.header().updated(Instant.now().getEpochSecond()));
    try {
      storage.append(change, durability);
    } catch (IOException e) {
      partition.giveBack(change.blocks());
      LOG.warn("volume {} cannot be changed: {}", header.name(), e.getMessage());
      throw Refusal.of(Errno.EIO);
    }
    change
        .changed()
        .forEach(
            (number, vnode) ->
                vnode.ifPresentOrElse(
                    value -> vnodes.put(number, value), () -> vnodes.remove(number)));
    usedBlocks = newUsedBlocks;
    numbers = change.numbers();
    header = change.header();
  }

  /** Returns all vnodes, while nobody changes any. */
  Map<Integer, Vnode> snapshot() {
    changing.lock();
    try {
      return Map.copyOf(vnodes);
    } finally {
      changing.unlock();
    }
  }
}
