package heddle.cli;

import heddle.afs.Protection;
import heddle.afs.Protection.Levels;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that say how well packets are protected. */
final class LevelOptions {
  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "--level",
      paramLabel = "[CELL=]LEVEL",
      description =
          "How packets of calls with a token are protected, in all cells or in one: clear"
              + " (the caller is proved, nothing else), auth (headers are), crypt (all is"
              + " encrypted); default crypt. Repeat it for other cells.")
  private List<String> levels = new ArrayList<>();

  private record Setting(Optional<String> cell, RxkadLevel level) {}

  /** Returns what the options say; what is for one cell wins over what is for all. */
  Protection protection() {
    Protection protection = Protection.DEFAULT;
    for (String option : levels) {
      Setting setting = setting(option);
      // a command asks for one level only: it is the floor too
      var both = new Levels(setting.level, setting.level);
      protection =
          setting.cell.isPresent()
              ? protection.with(setting.cell.get(), both)
              : protection.withUsual(both);
    }
    return protection;
  }

  private Setting setting(String option) {
    int equals = option.indexOf('=');
    String name = option.substring(equals + 1).toUpperCase(Locale.ROOT);
    try {
      if (equals == 0) {
        throw new IllegalArgumentException("no cell");
      }
      return new Setting(
          equals > 0 ? Optional.of(option.substring(0, equals)) : Optional.empty(),
          RxkadLevel.valueOf(name));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--level must be clear, auth or crypt, or CELL=LEVEL: " + Heddle.shown(option));
    }
  }
}
