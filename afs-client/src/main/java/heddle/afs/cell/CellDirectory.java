package heddle.afs.cell;

import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A cell in a directory: its key ({@code KeyFileExt}), its users and groups ({@code people}), the
 * UUID of its file server ({@code server}), and a directory for each volume. One process at a time
 * may use it.
 */
final class CellDirectory implements VolumeHome, AutoCloseable {
  private static final String VOLUMES = "volumes";
  private static final String KEYS = "KeyFileExt";
  private static final String PEOPLE = "people";
  private static final String SERVER = "server";
  private static final String LOCK = "lock";
  private static final String REMOVED = ".removed";

  private final Path directory;
  private final FileChannel lockFile;
  private final FileLock lock;

  private CellDirectory(Path directory, FileChannel lockFile, FileLock lock) {
    this.directory = directory;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Opens a directory, and makes it if it is not there.
   *
   * @throws IOException if another cell uses it
   */
  static CellDirectory open(Path directory) throws IOException {
    makePrivate(directory);
    Files.createDirectories(directory.resolve(VOLUMES));
    FileChannel lockFile =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = lockFile.tryLock();
      if (lock == null) {
        throw new IOException(directory + " is in use by another process");
      }
      return new CellDirectory(directory, lockFile, lock);
    } catch (OverlappingFileLockException e) {
      lockFile.close();
      throw new IOException(directory + " is in use by this process");
    } catch (IOException e) {
      lockFile.close();
      throw e;
    }
  }

  /**
   * What access lists keep from users of the cell, the users of this machine may not see either.
   */
  private static void makePrivate(Path directory) throws IOException {
    if (Files.isDirectory(directory) && !isEmpty(directory) && !isOfCell(directory)) {
      throw new IOException(directory + " has files that are not a cell's; take an empty one");
    }
    var onlyOwner = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(onlyOwner));
    Files.setPosixFilePermissions(directory, onlyOwner); // it may have been there
  }

  private static boolean isOfCell(Path directory) {
    return Files.exists(directory.resolve(LOCK)) || Files.exists(directory.resolve(KEYS));
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return !entries.iterator().hasNext();
    }
  }

  /** Returns the key of the cell: of a keytab, or the one that was kept, or a new one. */
  ServiceKeys keys(Optional<Path> keytab) throws IOException {
    Path file = directory.resolve(KEYS);
    if (keytab.isEmpty() && Files.exists(file)) {
      return ServiceKeys.ofKeyFileExt(file);
    }
    ServiceKeys keys =
        keytab.isPresent() ? ServiceKeys.ofKeytab(keytab.get()) : ServiceKeys.generated();
    Path fresh = file.resolveSibling(KEYS + ".new");
    Files.deleteIfExists(fresh);
    keys.saveKeyFileExt(fresh);
    putInPlace(fresh, file);
    return keys;
  }

  /**
   * Returns the UUID of the file server, made at the first time: a server with another one would be
   * another server, to which the volumes were moved.
   *
   * @throws IOException if what was kept is none
   */
  UUID serverUuid() throws IOException {
    Path file = directory.resolve(SERVER);
    if (Files.exists(file)) {
      try {
        return UUID.fromString(Files.readString(file, StandardCharsets.UTF_8).strip());
      } catch (IllegalArgumentException e) {
        throw new IOException(file + " holds no UUID", e);
      }
    }
    UUID made = UUID.randomUUID();
    save(file, List.of(made.toString()));
    return made;
  }

  /** Reads users and groups, and keeps them from now on. */
  void keepPeople(ProtectionDatabase people) throws IOException {
    Path file = directory.resolve(PEOPLE);
    if (Files.exists(file)) {
      people.restore(Files.readAllLines(file, StandardCharsets.UTF_8));
    }
    people.keep(lines -> save(file, lines));
  }

  /** Puts these lines in place of a file, whatever happens meanwhile. */
  private void save(Path file, List<String> lines) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(fresh, lines, StandardCharsets.UTF_8);
    putInPlace(fresh, file);
  }

  /** Gives a file that was written its name; both are on the disk when this returns. */
  private void putInPlace(Path fresh, Path file) throws IOException {
    try (FileChannel written = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      written.force(false);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    VolumeImage.forceDirectory(directory);
  }

  private Path pathOf(int volume) {
    return directory.resolve(VOLUMES).resolve(Integer.toUnsignedString(volume));
  }

  @Override
  public List<Kept> open() throws IOException {
    List<Kept> kept = new ArrayList<>();
    try (Stream<Path> found = Files.list(directory.resolve(VOLUMES))) {
      for (Path each : found.sorted().toList()) {
        if (each.getFileName().toString().endsWith(REMOVED)) {
          delete(each);
        } else if (DirectoryStorage.isThere(each)) {
          kept.add(DirectoryStorage.open(each, System::nanoTime));
        }
      }
      return kept;
    } catch (IOException | RuntimeException e) {
      for (Kept each : kept) {
        each.storage().close();
      }
      throw e;
    }
  }

  @Override
  public VolumeStorage create(VolumeImage image) throws IOException {
    VolumeStorage storage =
        DirectoryStorage.create(pathOf(image.header().id()), image, System::nanoTime);
    VolumeImage.forceDirectory(directory.resolve(VOLUMES));
    return storage;
  }

  @Override
  public void remove(Volume volume) throws IOException {
    Path path = pathOf(volume.id());
    Path removed = path.resolveSibling(path.getFileName() + REMOVED);
    Files.move(path, removed, StandardCopyOption.ATOMIC_MOVE); // from here on it is gone
    volume.storage().close();
    delete(removed);
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Returns how much room the disk has for it, in bytes. */
  long usableBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public void close() throws IOException {
    lock.release();
    lockFile.close();
  }
}
