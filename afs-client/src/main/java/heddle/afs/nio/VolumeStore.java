package heddle.afs.nio;

import heddle.afs.VolumeStatus;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A volume as a store: its quota is its size, and what is left of that, or of the partition where
 * that is less, its free space. Each question asks the server.
 */
final class VolumeStore extends FileStore {
  private static final long BLOCK_BYTES = 1024;
  private static final Set<Class<? extends FileAttributeView>> VIEWS =
      Set.of(
          BasicFileAttributeView.class,
          FileOwnerAttributeView.class,
          PosixFileAttributeView.class,
          AfsFileAttributeView.class);

  private final CellPath path;
  private final VolumeStatus found;

  private VolumeStore(CellPath path, VolumeStatus found) {
    this.path = path;
    this.found = found;
  }

  /** Returns the volume that {@code path} is in. */
  static VolumeStore of(CellPath path) throws IOException {
    return new VolumeStore(path, ask(path));
  }

  private static VolumeStatus ask(CellPath path) throws IOException {
    AfsFileSystem fileSystem = path.getFileSystem();
    fileSystem.requireOpen();
    return Failures.call(
        path, () -> fileSystem.client().volumeStatus(fileSystem.caller(), path.inClient()));
  }

  @Override
  public String name() {
    return found.name();
  }

  @Override
  public String type() {
    return PathUris.SCHEME;
  }

  @Override
  public boolean isReadOnly() {
    return found.readOnly() || path.getFileSystem().isReadOnly();
  }

  @Override
  public long getBlockSize() {
    return BLOCK_BYTES;
  }

  @Override
  public long getTotalSpace() throws IOException {
    VolumeStatus now = ask(path);
    return BLOCK_BYTES * (now.quota() == 0 ? now.partitionSize() : now.quota());
  }

  @Override
  public long getUsableSpace() throws IOException {
    return BLOCK_BYTES * freeBlocks(ask(path));
  }

  @Override
  public long getUnallocatedSpace() throws IOException {
    return getUsableSpace();
  }

  private static long freeBlocks(VolumeStatus now) {
    return now.quota() == 0
        ? now.partitionFree()
        : Math.max(0, Math.min(now.partitionFree(), now.quota() - now.used()));
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return VIEWS.contains(type);
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return NamedAttributes.VIEWS.contains(name);
  }

  @Override
  public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  /** Knows, beside the usual ones, {@code afs:volume}, {@code afs:quota} and {@code afs:used}. */
  @Override
  public Object getAttribute(String attribute) throws IOException {
    return switch (attribute) {
      case "totalSpace" -> getTotalSpace();
      case "usableSpace" -> getUsableSpace();
      case "unallocatedSpace" -> getUnallocatedSpace();
      case "afs:volume" -> found.volume();
      case "afs:quota" -> BLOCK_BYTES * ask(path).quota();
      case "afs:used" -> BLOCK_BYTES * ask(path).used();
      default -> throw new UnsupportedOperationException("no such attribute: " + attribute);
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VolumeStore that
        && path.getFileSystem() == that.path.getFileSystem()
        && found.volume() == that.found.volume()
        && found.name().equals(that.found.name());
  }

  @Override
  public int hashCode() {
    return found.volume();
  }

  @Override
  public String toString() {
    return name();
  }
}
