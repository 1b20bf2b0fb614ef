package heddle.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new directory of this process's own, with the socket of a mount in it. Nobody else can put
 * anything there.
 */
public final class ControlPlace implements AutoCloseable {
  /** Who can reach the socket. */
  public enum Audience {
    /** Only the user who mounts, and root. */
    OWNER,
    /** All users of the machine. */
    EVERYBODY
  }

  private static final Logger LOG = LoggerFactory.getLogger(ControlPlace.class);
  private static final Set<PosixFilePermission> ALL_READ_AND_WRITE =
      PosixFilePermissions.fromString("rw-rw-rw-");

  private static final Set<PosixFilePermission> WRITTEN_BY_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final Path directory;
  private final Object identity; // of the directory, whatever is there later

  private ControlPlace(Path directory, Object identity) {
    this.directory = directory;
    this.identity = identity;
  }

  private static Object identity(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /**
   * Makes a place for a mount of this process: below {@code $XDG_RUNTIME_DIR} or {@code
   * /run/user/UID} where only its user is to reach it, else below {@code /run} if it is root, else
   * below {@code /tmp}.
   */
  public static ControlPlace create(Audience audience, int uid) throws IOException {
    Stream<Path> own =
        audience == Audience.EVERYBODY
            ? Stream.empty()
            : Stream.concat(
                Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR"))
                    .filter(value -> value.startsWith("/"))
                    .flatMap(ControlPlace::path)
                    .stream(),
                Stream.of(Path.of("/run/user/" + Integer.toUnsignedString(uid))));
    Stream<Path> shared =
        uid == 0 ? Stream.of(Path.of("/run"), Path.of("/tmp")) : Stream.of(Path.of("/tmp"));
    return below(
        Stream.concat(own.filter(base -> belongsTo(base, uid)), shared).toList(), audience);
  }

  /** What the locale has no characters for is no path to Java. */
  static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns whether nobody but that user (and root) can change what is in a directory. The
   * environment may name another's: su keeps it.
   */
  static boolean belongsTo(Path base, int uid) {
    try {
      PosixFileAttributes found =
          Files.readAttributes(base, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Object owner = Files.getAttribute(base, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      return found.isDirectory()
          && owner.equals(uid)
          && Collections.disjoint(found.permissions(), WRITTEN_BY_OTHERS);
    } catch (IOException e) {
      return false; // there is none, or it cannot be looked at
    }
  }

  /** Makes a place below the first of these directories where that can be done. */
  static ControlPlace below(List<Path> candidates, Audience audience) throws IOException {
    IOException last = new IOException("there is no directory for a socket");
    for (Path base : candidates) {
      if (!Files.isDirectory(base) || base.toString().length() > UnixSocket.MAX_NAME_BYTES / 2) {
        continue;
      }
      try {
        Path directory = Files.createTempDirectory(base, "heddle-"); // for us alone
        if (audience == Audience.EVERYBODY) {
          Files.getFileAttributeView(
                  directory, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .setPermissions(PosixFilePermissions.fromString("rwx--x--x"));
        }
        return new ControlPlace(directory, identity(directory));
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  Path socket() {
    return directory.resolve("control");
  }

  /** Lets all connect who can reach the socket: it is the directory that keeps others out. */
  void letUsersConnect() throws IOException {
    if (!identity(directory).equals(identity) || Files.isSymbolicLink(socket())) {
      throw new IOException(directory + " is not what was made");
    }
    Files.setPosixFilePermissions(socket(), ALL_READ_AND_WRITE);
  }

  /** Takes away what was made; what somebody else has put in its place stays. */
  @Override
  public void close() {
    try {
      if (identity(directory).equals(identity)) {
        Files.deleteIfExists(socket());
        Files.delete(directory);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} was taken away before", directory);
    } catch (IOException e) {
      LOG.warn("{} is left: {}", directory, e.getMessage());
    }
  }
}
