package heddle.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code heddle rxperf} command. */
@Command(
    name = "heddle rxperf",
    description =
        "Measure Rx: a client and a server that understand the rxperf of OpenAFS and of Linux, and"
            + " what is needed to compare them.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      ServerCommand.class,
      ClientCommand.class,
      ProxyCommand.class,
      FetchCommand.class,
      StoreCommand.class,
      CellCommand.class,
      CryptCommand.class,
      CompareCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "  0:done",
      "  1:something failed; a message says what",
      "  2:the command was not understood",
      "130:ended by Ctrl-C; what was measured until then is printed"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle rxperf server                                        (UDP port 7009)",
      "  heddle rxperf client -c rpc -S 0 -R 0 -t 4 -T 50000 --warm-up 3",
      "  heddle rxperf client -s server.example.org -c recv -b 67108864 -T 20",
      "  heddle rxperf proxy -p 7010 --to 127.0.0.1:7009 --rtt 50 --loss 0.1",
      "",
      "bench/README.md says how to read each number."
    })
public final class Rxperf implements Runnable {
  static final int OK = 0;
  static final int FAILED = 1;

  private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  private Rxperf() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    if (System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "warn");
    }
    int code =
        run(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            arguments);
    if (!CtrlC.pressed()) { // else the JVM is about to end with the signal's code
      System.exit(code);
    }
  }

  /** Runs the command and returns the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    var jmh = new CommandLine(new JmhCommand()).setUnmatchedOptionsArePositionalParams(true);
    return new CommandLine(new Rxperf())
        .addSubcommand(jmh)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Rxperf::misunderstood)
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command))
        .execute(arguments);
  }

  private static int misunderstood(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + failure.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    command.getErr().println("Try '" + name + " --help'.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Exception failure, CommandLine command) throws Exception {
    if (CtrlC.pressed()) {
      return FAILED;
    }
    if (failure instanceof IOException e) {
      command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + describe(e));
      return FAILED;
    }
    throw failure; // a mistake of ours: with its stack trace
  }

  private static String describe(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> e.getFile() + ": no such file";
      case AccessDeniedException e -> e.getFile() + ": permission denied";
      case BindException e -> "cannot use that address or port: " + e.getMessage();
      case InterruptedIOException e -> "interrupted";
      default ->
          failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    };
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
