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
 * Where a user's caches lie. Homes are often in AFS, or on another network's disk: there is no
 * sense in a cache there, and one inside of the mount itself would wait for itself.
 */
final class CachePlace {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.cli");

  /** Types of file systems as the kernel names them, all whose data come over a network. */
  private static final Set<String> REMOTE =
      Set.of("afs", "nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "lustre", "coda", "ncpfs");

  private final Path mountPoint;

  private CachePlace(Path mountPoint) {
    this.mountPoint = mountPoint;
  }

  static CachePlace of(Path mountPoint) {
    return new CachePlace(real(mountPoint));
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
    return real(directory).startsWith(mountPoint);
  }

  /** Returns the user's own place, if there is one that is of use. */
  Optional<Path> ofUser(Function<String, @Nullable String> environment) {
    return absolute(environment.apply("XDG_CACHE_HOME"))
        .or(() -> absolute(environment.apply("HOME")).map(home -> home.resolve(".cache")))
        .map(caches -> caches.resolve("heddle"))
        .filter(this::isOfUse);
  }

  /** What the locale has no characters for is no path to Java: then there is no cache. */
  private static Optional<Path> absolute(@Nullable String text) {
    try {
      return Optional.ofNullable(text).filter(path -> path.startsWith("/")).map(Path::of);
    } catch (InvalidPathException e) {
      LOG.warn("file data are kept in memory only, unless --cache-dir is given: {}", e.getReason());
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
