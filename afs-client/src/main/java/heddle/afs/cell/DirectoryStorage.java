package heddle.afs.cell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A volume in a directory of its own: an image, a journal of what came after it, a file of blocks,
 * and an image of the read-only copy if there is one. The volume's lock guards it.
 *
 * <p>Whatever is killed when: the volume is afterwards as some change has left it, and no change is
 * there in part. After a crash of the machine the last seconds may be missing, but for what was
 * asked to be on the disk.
 */
final class DirectoryStorage implements VolumeStorage {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryStorage.class);
  private static final String IMAGE = "image";
  private static final String READ_ONLY_IMAGE = "readonly";
  private static final String JOURNAL = "journal";
  private static final String BLOCKS = "blocks";
  private static final long MAX_JOURNAL_BYTES = 64L << 20;
  private static final long BARRIER_NANOS = 5_000_000_000L;

  private final Path directory;
  private final FileBlocks blocks;
  private final VnodeCodec codec;
  private final VolumeJournal journal;
  private long sequence;
  private boolean broken;
  private final LongSupplier nanoTime;
  private long lastBarrierNanos;

  private DirectoryStorage(Path directory, FileBlocks blocks, LongSupplier nanoTime)
      throws IOException {
    this.directory = directory;
    this.nanoTime = nanoTime;
    this.lastBarrierNanos = nanoTime.getAsLong();
    this.blocks = blocks;
    this.codec = new VnodeCodec(blocks);
    this.journal = new VolumeJournal(RecordFile.open(directory.resolve(JOURNAL)), blocks, codec);
  }

  /**
   * Begins a volume in a new directory.
   *
   * @param nanoTime says when it is time for a barrier
   */
  static DirectoryStorage create(Path directory, VolumeImage image, LongSupplier nanoTime)
      throws IOException {
    Files.createDirectories(directory);
    DirectoryStorage storage =
        new DirectoryStorage(directory, FileBlocks.open(directory.resolve(BLOCKS)), nanoTime);
    try {
      storage.journal.clear(); // of a volume whose beginning was cut off
      image.save(directory, IMAGE, storage.codec);
      return storage;
    } catch (IOException | RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  /** Returns whether a directory has a volume. */
  static boolean isThere(Path directory) {
    return Files.isRegularFile(directory.resolve(IMAGE));
  }

  /** Opens the volume of a directory. */
  static VolumeHome.Kept open(Path directory, LongSupplier nanoTime) throws IOException {
    DirectoryStorage storage =
        new DirectoryStorage(directory, FileBlocks.open(directory.resolve(BLOCKS)), nanoTime);
    try {
      Path readOnlyFile = directory.resolve(READ_ONLY_IMAGE);
      Optional<VolumeImage> readOnly =
          Files.exists(readOnlyFile)
              ? Optional.of(VolumeImage.load(readOnlyFile, storage.codec))
              : Optional.empty();
      VolumeImage saved = VolumeImage.load(directory.resolve(IMAGE), storage.codec);
      VolumeImage now = storage.journal.replay(saved);
      storage.sequence = now.sequence();
      storage.saveImage(now);
      storage.blocks.endReading();
      return new VolumeHome.Kept(storage, now, readOnly);
    } catch (IOException | RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  private void saveImage(VolumeImage image) throws IOException {
    List<Integer> unreachable = blocks.takeUnreachable();
    blocks.force();
    image.save(directory, IMAGE, codec);
    journal.clear();
    lastBarrierNanos = nanoTime.getAsLong();
    blocks.free(unreachable);
  }

  @Override
  public BlockStore blocks() {
    return blocks;
  }

  @Override
  public void append(VolumeChange change, Durability durability) throws IOException {
    if (broken) {
      throw new IOException(directory + " could not be written before: restart the cell");
    }
    broken = true; // the journal may have what the volume has not, unless all goes well
    Volume volume = change.volume();
    if (journal.length() > MAX_JOURNAL_BYTES) {
      saveImage(imageOf(volume)); // before this change: it is not in the volume yet
    }
    journal.append(sequence + 1, volume, change);
    sequence++;
    if (durability == Durability.SYNC || nanoTime.getAsLong() - lastBarrierNanos > BARRIER_NANOS) {
      barrier();
    }
    broken = false;
  }

  private VolumeImage imageOf(Volume volume) {
    return new VolumeImage(sequence, volume.header(), volume.numbers(), volume.snapshot());
  }

  private void barrier() throws IOException {
    List<Integer> unreachable = blocks.takeUnreachable();
    journal.barrier();
    lastBarrierNanos = nanoTime.getAsLong();
    blocks.free(unreachable);
  }

  @Override
  public void saveReadOnly(Volume copy) throws IOException {
    blocks.force();
    imageOf(copy).save(directory, READ_ONLY_IMAGE, codec);
  }

  @Override
  public void close() throws IOException {
    try {
      barrier();
    } catch (IOException e) {
      LOG.warn("{}: the last changes may not be on the disk: {}", directory, e.getMessage());
    } finally {
      journal.close();
      blocks.close();
    }
  }
}
