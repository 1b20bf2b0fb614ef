package heddle.cli;

import heddle.fuse.MountOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say how long a mount lets something take. */
final class MountTimes {
  private static final double LONGEST_SECONDS = 1e6;
  private static final int MILLIS = 1000;

  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "--attr-timeout",
      paramLabel = "SECONDS",
      description =
          "How long the kernel may answer stat by itself; default 1, with --allow-other 0:"
              + " it does not look who asks. An open sees new content and length at once, whatever"
              + " this is.")
  private @Nullable Double attributeSeconds;

  @Option(
      names = "--shutdown-timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long to store what was written when the mount ends; default 30. A second"
              + " signal gives it up. The exit status is 1 if something was not stored; that is"
              + " kept: see --keep-dir and heddle recover --help.")
  private double shutdownSeconds;

  /** Returns for how long the kernel may answer by itself on a mount for these users. */
  Duration attributes(MountOptions.Audience audience) {
    Double given = attributeSeconds;
    double usual = audience == MountOptions.Audience.EVERYBODY ? 0 : 1;
    return duration("--attr-timeout", given == null ? usual : given);
  }

  Duration shutdown() {
    return duration("--shutdown-timeout", shutdownSeconds);
  }

  private Duration duration(String option, double seconds) {
    if (!(seconds >= 0 && seconds <= LONGEST_SECONDS)) {
      throw new ParameterException(
          spec.commandLine(), option + " must be a number of seconds, from 0 to 1000000");
    }
    return Duration.ofMillis((long) (seconds * MILLIS));
  }
}
