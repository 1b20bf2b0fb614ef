package heddle.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options of every command, before its name or behind it. */
final class CommonOptions {
  private static final String LOG = "org.slf4j.simpleLogger.";

  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log one line per call to a server, and per operation of the mount.")
  private boolean verbose;

  /** Returns whether that was said, of this command or of all. */
  boolean isVerbose() {
    CommandSpec parent = spec.parent();
    return verbose
        || (parent != null && parent.userObject() instanceof Heddle all && all.verbose());
  }

  /** Sets the log up; to be called before anything of AFS is touched. */
  void apply() {
    apply(isVerbose());
  }

  /** The same for a command that has no such option of its own. */
  static void apply(boolean inDetail) {
    setDefault("logFile", "System.err");
    setDefault("showDateTime", "true");
    setDefault("dateTimeFormat", "HH:mm:ss.SSS");
    setDefault("showThreadName", String.valueOf(inDetail));
    setDefault("defaultLogLevel", "warn");
    if (inDetail) {
      setDefault("log.heddle", "debug");
    }
  }

  /** Has one logger say errors only; to be called before the log is set up. */
  static void silence(String logger) {
    setDefault("log." + logger, "error");
  }

  /** What is given to the JVM as a property wins. */
  private static void setDefault(String name, String value) {
    if (System.getProperty(LOG + name) == null) {
      System.setProperty(LOG + name, value);
    }
  }
}
