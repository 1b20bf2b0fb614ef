package heddle.afs.cell;

import heddle.afs.cache.DirectoryContents;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.WireFid;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, releases and removes volumes, as an administrator does with {@code vos}. Thread-safe. */
final class VolumeMaker {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeMaker.class);

  private final CellConfig config;
  private final VolumeTable volumes;
  private final VolumeHome home;
  private final Partition partition;
  private final PromiseTable promises;
  private final ReentrantLock lock = new ReentrantLock();
  private int nextId = VolumeIds.FIRST; // by lock

  VolumeMaker(
      CellConfig config,
      VolumeTable volumes,
      VolumeHome home,
      Partition partition,
      PromiseTable promises) {
    this.config = config;
    this.home = home;
    this.volumes = volumes;
    this.partition = partition;
    this.promises = promises;
  }

  /** Takes the volumes that were kept. */
  void open() throws IOException {
    lock.lock();
    try {
      for (VolumeHome.Kept kept : home.open()) {
        Volume volume = volume(kept.storage(), kept.readWrite());
        partition.adopt(volume.usedBlocks());
        volumes.add(volume);
        kept.readOnly().ifPresent(image -> volumes.add(volume(VolumeStorage.MEMORY, image)));
        nextId = Math.max(nextId, volume.id() + VolumeIds.STEP);
      }
    } finally {
      lock.unlock();
    }
  }

  private Volume volume(VolumeStorage storage, VolumeImage image) {
    return new Volume(partition, storage, image.header(), image.numbers(), image.vnodes());
  }

  /** Makes an empty read-write volume. */
  Volume create(String name) throws IOException {
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,21}")
        || name.matches("[0-9]+")
        || name.endsWith(".readonly")
        || name.endsWith(".backup")) {
      throw new IllegalArgumentException("no name of a volume: " + name);
    }
    lock.lock();
    try {
      if (volumes.byName(name).isPresent()) {
        throw Refusal.of(AfsErrorCode.VVOLEXISTS);
      }
      int id = nextId;
      nextId += VolumeIds.STEP;
      Volume volume = empty(id, name);
      volumes.add(volume);
      return volume;
    } finally {
      lock.unlock();
    }
  }

  private Volume empty(int id, String name) throws IOException {
    long now = Instant.now().getEpochSecond();
    VolumeHeader header =
        new VolumeHeader(
            id, name, VolumeKind.READ_WRITE, id, now, now, config.volumeQuotaBlocks(), 0, "", "");
    Vnode root = root(now);
    partition.requireRoom(root.blocks());
    VolumeImage image =
        new VolumeImage(0, header, VnodeNumbers.FIRST, Map.of(Vnode.ROOT_NUMBER, root));
    Volume volume = volume(home.create(image), image);
    partition.take(root.blocks());
    return volume;
  }

  private Vnode root(long now) {
    Attributes attributes = Attributes.made(0, 0, 2, 0, now).withDataVersion(1);
    return new Vnode(
        Vnode.ROOT_NUMBER,
        1,
        VnodeType.DIRECTORY,
        attributes,
        new VnodeData.Names(
            DirectoryContents.empty(Vnode.ROOT_NUMBER, 1, Vnode.ROOT_NUMBER, 1),
            AccessTexts.ofNewVolume(config.anyUser())));
  }

  /** Makes the read-only copy of a volume, or makes it anew; clients hear of that. */
  Volume release(Volume readWrite) throws IOException {
    lock.lock();
    try {
      Map<Integer, Vnode> vnodes = readWrite.snapshot();
      long now = Instant.now().getEpochSecond();
      int id = VolumeIds.readOnly(readWrite.id());
      Optional<Volume> before = volumes.byId(id);
      long creation =
          before.map(old -> Math.max(now, old.header().creationSeconds() + 1)).orElse(now);
      Volume copy =
          new Volume(
              partition,
              VolumeStorage.MEMORY,
              readWrite.header().readOnly(id, creation),
              readWrite.numbers(),
              vnodes);
      readWrite.storage().saveReadOnly(copy);
      volumes.add(copy);
      return copy;
    } finally {
      lock.unlock();
    }
  }

  /** Tells the clients who use a read-only volume that it was made anew. */
  void tellOfRelease(Volume readOnly) {
    breakPromises(new WireFid(readOnly.id(), 0, 0));
  }

  /** Breaks the promises about a vnode, of a read-only volume about all of them. */
  void breakPromises(WireFid fid) {
    CallbackBreaks breaks = new CallbackBreaks(promises);
    breaks.all(fid);
    breaks.deliver();
  }

  /** Removes a volume and its read-only copy; clients who ask for them learn that they are gone. */
  void remove(Volume readWrite) throws IOException {
    lock.lock();
    try {
      volumes.byId(VolumeIds.readOnly(readWrite.id())).ifPresent(volumes::remove);
      volumes.remove(readWrite);
      readWrite.setOutage(AfsErrorCode.VNOVOL);
      partition.giveBack(readWrite.usedBlocks());
      home.remove(readWrite);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the use of all volumes. */
  void close() {
    for (Volume volume : volumes.all()) {
      try {
        volume.storage().close();
      } catch (IOException e) {
        LOG.warn("volume {} was not closed: {}", volume.header().name(), e.getMessage());
      }
    }
  }
}
