package heddle.cli;

import heddle.afs.kept.KeptDirectory;
import heddle.fuse.PathBytes;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option that says where data are kept that a mount could not store until its end. */
final class KeepOptions {
  private static final String NOWHERE = "none";

  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "--keep-dir",
      paramLabel = "DIR",
      description =
          "Where is kept what a mount could not store until its end; default"
              + " $XDG_STATE_HOME/heddle or ~/.local/state/heddle, where that is on a local disk."
              + " 'none': nowhere, it is lost then.")
  private @Nullable String directory;

  /** Returns whether the user wants that nothing is kept. */
  boolean isNowhere() {
    return NOWHERE.equals(directory);
  }

  /** Returns the directory, if there is to be one and there is a place for it. */
  Optional<KeptDirectory> directory(UserPlaces places) {
    String given = directory;
    if (given == null) {
      return places.state(System::getenv).map(KeptDirectory::in);
    }
    if (given.equals(NOWHERE)) {
      return Optional.empty();
    }
    Path path = PathBytes.toPath(RawArguments.toBytes(given)).toAbsolutePath().normalize();
    if (places.isWithinMount(path)) {
      throw new ParameterException(
          spec.commandLine(), "--keep-dir must not be inside of what is mounted");
    }
    return Optional.of(KeptDirectory.in(path));
  }
}
