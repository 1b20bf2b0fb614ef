package heddle.afs.kept;

import heddle.afs.UnstoredWrites;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Where data are kept that could not be stored: one file for each, which nobody else may read. A
 * file gets its name when all of it is on the disk. Thread-safe, and several processes may use it.
 */
public final class KeptDirectory {
  private static final String KEPT = ".kept";
  private static final String UNFINISHED = ".unfinished";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path directory;

  private KeptDirectory(Path directory) {
    this.directory = directory;
  }

  /** Returns the user's directory that it is in. */
  public Path place() {
    return directory.resolveSibling("");
  }

  /** Returns the one in a user's directory. Looks at nothing. */
  public static KeptDirectory in(Path place) {
    return new KeptDirectory(place.resolve("kept"));
  }

  /**
   * Keeps data: when this returns they are on the disk. Returns the file.
   *
   * @throws IOException if they are not
   */
  public Path keep(UnstoredWrites writes, KeptWrites.Place place, Instant now) throws IOException {
    makePrivate();
    String name = TIME.format(now) + "-" + UUID.randomUUID(); // machines may share a place
    Path unfinished = directory.resolve(name + UNFINISHED);
    Path kept = directory.resolve(name + KEPT);
    boolean done = false;
    try {
      try (FileChannel out =
          FileChannel.open(
              unfinished,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PRIVATE_FILE)) {
        KeptFile.write(writes, KeptWrites.of(writes, place, now), out);
        out.force(true);
      }
      Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel entries = FileChannel.open(directory)) {
        entries.force(true);
      }
      done = true;
      return kept;
    } finally {
      if (!done) {
        Files.deleteIfExists(unfinished);
      }
    }
  }

  /** In a place where others may write, somebody else's directory is none. */
  private void makePrivate() throws IOException {
    Files.createDirectories(directory.toAbsolutePath().getParent(), PRIVATE_DIRECTORY);
    try {
      Files.createDirectory(directory, PRIVATE_DIRECTORY);
    } catch (FileAlreadyExistsException e) {
      requireOwn();
    }
  }

  /** Whoever may write here could have others store what he likes, with their rights. */
  private void requireOwn() throws IOException {
    Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        || !owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      throw new IOException(directory + " is no directory of this user");
    }
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(directory + " may be written to by others");
    }
  }

  /**
   * Returns the files of kept data, the oldest first, whatever is in them.
   *
   * @throws IOException also if the directory belongs to somebody else, or others may write to it
   */
  public List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try {
      requireOwn();
    } catch (NoSuchFileException e) {
      return List.of();
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + KEPT)) {
      all.forEach(files::add);
    }
    files.sort(null);
    return files;
  }
}
