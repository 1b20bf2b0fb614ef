package heddle.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a user's caches lie, and what is kept for him. Homes are often in AFS, or on another
 * network's disk: there is no sense in a cache there, and what servers do not take cannot be kept
 * there. What lies inside of the mount itself would wait for itself.
 */
final class UserPlaces {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.cli");

  /** Types of file systems as the kernel names them, all whose data come over a network. */
  private static final Set<String> REMOTE =
      Set.of("afs", "nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "lustre", "coda", "ncpfs");

  private final Optional<Path> mountPoint;

  private UserPlaces(Optional<Path> mountPoint) {
    this.mountPoint = mountPoint;
  }

  /** Returns those that are not in a mount, which may be there already. */
  static UserPlaces outside(Path mountPoint) {
    return new UserPlaces(Optional.of(real(mountPoint)));
  }

  /** Returns those of who mounts nothing. */
  static UserPlaces anywhere() {
    return new UserPlaces(Optional.empty());
  }

  /** Links are followed as far as there is something; what hangs or is dead is left as it is. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      Path there = existing(absolute);
      return there.toRealPath().resolve(there.relativize(absolute));
    } catch (IOException e) {
      return absolute;
    }
  }

  private static Path existing(Path path) throws IOException {
    for (Path each = path; each != null; each = each.getParent()) {
      if (Files.exists(each)) {
        return each;
      }
    }
    throw new IOException("there is nothing at " + path);
  }

  boolean isWithinMount(Path directory) {
    return mountPoint.isPresent() && real(directory).startsWith(mountPoint.get());
  }

  /** Returns the place for what can be deleted at any time, if there is one that is of use. */
  Optional<Path> caches(Function<String, @Nullable String> environment) {
    return place(environment, "XDG_CACHE_HOME", ".cache");
  }

  /** Returns the place for what must not be lost, if there is one that is of use. */
  Optional<Path> state(Function<String, @Nullable String> environment) {
    return place(environment, "XDG_STATE_HOME", ".local/state");
  }

  private Optional<Path> place(
      Function<String, @Nullable String> environment, String variable, String belowHome) {
    return absolute(environment.apply(variable))
        .or(() -> absolute(environment.apply("HOME")).map(home -> home.resolve(belowHome)))
        .map(base -> base.resolve("heddle"))
        .filter(this::isOfUse);
  }

  /** What the locale has no characters for is no path to Java: then there is no such place. */
  private static Optional<Path> absolute(@Nullable String text) {
    try {
      return Optional.ofNullable(text).filter(path -> path.startsWith("/")).map(Path::of);
    } catch (InvalidPathException e) {
      LOG.warn("no place for caches and kept data, unless options name one: {}", e.getReason());
      return Optional.empty();
    }
  }

  private boolean isOfUse(Path directory) {
    if (isWithinMount(directory)) {
      return false;
    }
    try {
      Path there = existing(directory);
      String type = Files.getFileStore(there).type().toLowerCase(Locale.ROOT);
      boolean remote = REMOTE.contains(type) || type.equals("fuse") || type.startsWith("fuse.");
      return !remote && Files.isWritable(there);
    } catch (IOException e) {
      return false;
    }
  }
}
