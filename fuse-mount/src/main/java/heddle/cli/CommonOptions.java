package heddle.cli;

import picocli.CommandLine.Option;

/** Options of every command. */
final class CommonOptions {
  private static final String LOG = "org.slf4j.simpleLogger.";

  @Option(
      names = {"-v", "--verbose"},
      description = "Log one line per call to a server, and per operation of the mount.")
  private boolean verbose;

  /** Sets the log up; to be called before anything of AFS is touched. */
  void apply() {
    setDefault("logFile", "System.err");
    setDefault("showDateTime", "true");
    setDefault("dateTimeFormat", "HH:mm:ss.SSS");
    setDefault("showThreadName", String.valueOf(verbose));
    setDefault("defaultLogLevel", "warn");
    if (verbose) {
      setDefault("log.heddle", "debug");
    }
  }

  /** What is given to the JVM as a property wins. */
  private static void setDefault(String name, String value) {
    if (System.getProperty(LOG + name) == null) {
      System.setProperty(LOG + name, value);
    }
  }
}
