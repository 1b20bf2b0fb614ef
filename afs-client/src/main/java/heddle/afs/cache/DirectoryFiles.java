package heddle.afs.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks in a directory that belongs to this process alone: nobody else may look into it, for the
 * data of private files are in there, and a lock on a file keeps other processes out.
 */
final class DirectoryFiles implements DiskFiles {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryFiles.class);

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Set<OpenOption> WRITE =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  /** Tells programs that make backups to leave the directory out. */
  private static final String CACHE_TAG =
      "Signature: 8a477f597d28d172789f06886806bc55\n# File data that heddle has read from AFS.\n";

  /** Directories in use by this JVM: a lock on a file excludes other processes only. */
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  /** Somebody else has the directory. */
  static final class InUseException extends IOException {
    private static final long serialVersionUID = 1;

    InUseException(Path directory) {
      super(directory + " is in use by another mount");
    }
  }

  private final Path root;
  private final ChunkPaths paths;
  private final FileChannel locked;

  private DirectoryFiles(Path root, FileChannel locked) {
    this.root = root;
    this.paths = new ChunkPaths(root.resolve("v1"));
    this.locked = locked;
  }

  /**
   * Takes {@code directory}, which is made if need be.
   *
   * @throws InUseException if another process, or another client of this one, has it
   * @throws IOException if it cannot be used
   */
  static DirectoryFiles open(Path directory) throws IOException {
    Files.createDirectories(directory.toAbsolutePath(), PRIVATE_DIRECTORY);
    Path root = directory.toRealPath().resolve("chunks");
    makePrivate(root);
    if (!IN_USE.add(root)) {
      throw new InUseException(directory);
    }
    boolean opened = false;
    try {
      var files = new DirectoryFiles(root, lock(root, directory));
      opened = true;
      return files;
    } finally {
      if (!opened) {
        IN_USE.remove(root);
      }
    }
  }

  private static void makePrivate(Path root) throws IOException {
    try {
      Files.createDirectory(root, PRIVATE_DIRECTORY);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(root + " is no directory", e);
      }
      Object owner = Files.getAttribute(root, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
        throw new IOException(root + " belongs to another user", e);
      }
      Files.setPosixFilePermissions(root, PRIVATE_DIRECTORY.value());
    }
  }

  private static FileChannel lock(Path root, Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PRIVATE_FILE);
    boolean held = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new InUseException(directory);
      }
      Files.write(root.resolve("CACHEDIR.TAG"), CACHE_TAG.getBytes(US_ASCII));
      held = true;
      return channel;
    } finally {
      if (!held) {
        channel.close();
      }
    }
  }

  @Override
  public void write(DiskSlot slot, ByteBuffer whole) throws IOException {
    Path target = paths.of(slot);
    try {
      writeTo(target, whole);
    } catch (NoSuchFileException e) {
      if (!Files.exists(root)) {
        throw e; // it was taken away, with the lock on it
      }
      Files.createDirectories(target.resolveSibling(""), PRIVATE_DIRECTORY);
      writeTo(target, whole);
    }
  }

  private static void writeTo(Path target, ByteBuffer whole) throws IOException {
    int length = whole.remaining();
    try (FileChannel channel = FileChannel.open(target, WRITE, PRIVATE_FILE)) {
      while (whole.hasRemaining()) {
        channel.write(whole);
      }
      channel.truncate(length);
    }
  }

  @Override
  public Optional<Chunk> read(ChunkKey key) throws IOException {
    try (FileChannel channel = FileChannel.open(paths.of(DiskSlot.of(key)), READ)) {
      return ChunkFile.read(key, channel, channel.size());
    }
  }

  @Override
  public void delete(DiskSlot slot) throws IOException {
    Files.deleteIfExists(paths.of(slot));
  }

  @Override
  public void touch(DiskSlot slot) throws IOException {
    Files.setLastModifiedTime(paths.of(slot), FileTime.from(Instant.now()));
  }

  @Override
  public DiskScan scan() throws IOException {
    return paths.scan();
  }

  @Override
  public void close() {
    try {
      locked.close();
    } catch (IOException e) {
      LOG.debug("closing the lock of {}", root, e); // it ends with the process
    }
    IN_USE.remove(root);
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
