package heddle.bench;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * Options of OpenAFS's rxperf that tune OpenAFS itself. They are taken, so that its command lines
 * work here, and the user is told that they change nothing.
 */
@SuppressWarnings("UnusedVariable") // picocli sets the fields; only that they were given matters
final class OpenAfsOptions {
  static final String HEADING =
      "%nOptions of OpenAFS's rxperf that are taken but change nothing:%n";

  @Option(names = "-u", paramLabel = "KIB", description = "Socket buffers; 4 MiB here.")
  private int socketBuffer;

  @Option(names = "-W", paramLabel = "PACKETS", description = "Window; up to 255 here.")
  private int window;

  @Option(names = "-m", paramLabel = "BYTES", description = "MTU; found by itself here.")
  private int mtu;

  @Option(names = "-P", paramLabel = "MS", description = "Least time-out; by RFC 6298 here.")
  private int leastTimeout;

  @Option(names = "-j", description = "No jumbograms; none are sent here.")
  private boolean noJumbograms;

  @Option(names = "-H", description = "Hot threads; there are none here.")
  private boolean hotThreads;

  @Option(names = "-N", description = "No statistics.")
  private boolean noStatistics;

  @Option(names = "-V", description = "Read with rx_Readv.")
  private boolean readv;

  @Option(names = "-4", description = "Count 28 bytes for the headers of IP and UDP.")
  private boolean headerBytes;

  @Option(names = "-d", paramLabel = "FILE", description = "Debug log of OpenAFS's Rx.")
  private String debugLog = "";

  /** Says which of the options that were given change nothing. */
  static void report(CommandLine command) {
    for (OptionSpec option : command.getParseResult().matchedOptions()) {
      if (option.group() != null && !option.group().validate()) {
        command
            .getErr()
            .println(
                command.getCommandSpec().qualifiedName()
                    + ": "
                    + option.shortestName()
                    + " changes nothing here");
      }
    }
  }
}
