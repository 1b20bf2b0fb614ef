package heddle.cli;

import heddle.afs.AfsConfig;
import heddle.fuse.PathBytes;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say what a mount keeps on disk. */
final class CacheOptions {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([kmgt]?)");
  private static final String UNITS = "kmgt";
  private static final int BITS_OF_UNIT = 10;
  private static final long LEAST_BYTES = 1 << 20;

  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description =
          "Where file data are kept on disk, for this mount and later ones; default"
              + " $XDG_CACHE_HOME/heddle or ~/.cache/heddle, where that is on a local disk. One"
              + " mount at a time uses it, others keep data in memory only.")
  private @Nullable String directory;

  @Option(
      names = "--cache-size",
      paramLabel = "SIZE",
      defaultValue = "1G",
      description = "How much of it, as 500M or 20G; default 1G; 0 for no cache on disk.")
  private String size = "1G";

  /** Returns {@code config} with a cache on disk, if there is to be one. */
  AfsConfig apply(AfsConfig config, Path mountPoint) {
    long bytes = bytes();
    Optional<Path> place = directory(mountPoint);
    return bytes == 0 || place.isEmpty() ? config : config.withDiskCache(place.get(), bytes);
  }

  /** Returns where a mount may cache anything, if there is such a place. */
  private Optional<Path> directory(Path mountPoint) {
    UserPlaces place = UserPlaces.outside(mountPoint);
    if (directory == null) {
      return place.caches(System::getenv);
    }
    Path given = PathBytes.toPath(RawArguments.toBytes(directory)).toAbsolutePath().normalize();
    if (place.isWithinMount(given)) {
      throw wrong("--cache-dir must not be inside of what is mounted");
    }
    return Optional.of(given);
  }

  private long bytes() {
    Matcher matcher = SIZE.matcher(size.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw wrong("--cache-size must be a number of bytes, or one with K, M, G or T behind it");
    }
    int shift =
        BITS_OF_UNIT * (matcher.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(matcher.group(2)));
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw wrong("--cache-size is too great");
    }
    long bytes = number << shift;
    if (bytes != 0 && bytes < LEAST_BYTES) {
      throw wrong("--cache-size must be 0 or at least 1M");
    }
    return bytes;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
