package heddle.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
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

  private final Path directory;

  private ControlPlace(Path directory) {
    this.directory = directory;
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
                    .map(Path::of)
                    .stream(),
                Stream.of(Path.of("/run/user/" + Integer.toUnsignedString(uid))));
    Stream<Path> shared =
        uid == 0 ? Stream.of(Path.of("/run"), Path.of("/tmp")) : Stream.of(Path.of("/tmp"));
    return below(Stream.concat(own, shared).toList(), audience);
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
          Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        }
        return new ControlPlace(directory);
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
    Files.setPosixFilePermissions(socket(), ALL_READ_AND_WRITE);
  }

  @Override
  public void close() {
    try {
      if (Files.exists(socket(), LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(socket());
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      LOG.warn("{} is left: {}", directory, e.getMessage());
    }
  }
}
