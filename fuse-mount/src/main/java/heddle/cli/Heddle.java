package heddle.cli;

import heddle.fuse.MountException;
import heddle.fuse.NativeCalls;
import heddle.fuse.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code heddle} command. */
@Command(
    name = "heddle",
    description = "AFS without a kernel module: mount it, or read it from the command line.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "  0:done",
      "  1:something failed; a message says what",
      "  2:the command was not understood",
      "141:whoever read the output went away"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle demo                       (a cell in this process, mounted, to try)",
      "  heddle mount --cell example.org --vlserver 192.0.2.1 /mnt/afs",
      "  kinit && heddle login             (you, and not anybody, on the mount)",
      "  heddle ls -l /afs/example.org/user",
      "  heddle cat /afs/example.org/README",
      "  heddle fs listacl .               (access lists and more: heddle fs help)",
      "",
      "Cells come from --cell and --vlserver, or from a CellServDB file.",
      "'heddle COMMAND --help' tells more."
    })
public final class Heddle implements Runnable {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int BROKEN_PIPE = 141; // as of a process that SIGPIPE ended

  private static final String HELP = "help";
  private static final String MOUNT = "mount";
  private static final Map<String, Function<Console, Object>> COMMANDS = commands();

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();

  private Heddle() {}

  private static Map<String, Function<Console, Object>> commands() {
    var commands = new LinkedHashMap<String, Function<Console, Object>>(); // as the help lists them
    commands.put("demo", DemoCommand::new);
    commands.put(MOUNT, MountCommand::new);
    commands.put("umount", UmountCommand::new);
    commands.put("login", LoginCommand::new);
    commands.put("tokens", TokensCommand::new);
    commands.put("logout", LogoutCommand::new);
    commands.put("ls", LsCommand::new);
    commands.put("cat", CatCommand::new);
    commands.put("stat", StatCommand::new);
    commands.put("cp", CpCommand::new);
    commands.put("fs", FsCommand::commandLine);
    commands.put("status", StatusCommand::new);
    commands.put("recover", RecoverCommand::new);
    commands.put("serve", ServeCommand::new);
    commands.put(HELP, console -> new CommandLine.HelpCommand());
    return Collections.unmodifiableMap(commands);
  }

  /** Returns whether the command is to be verbose, whichever it is. */
  boolean verbose() {
    return common.isVerbose();
  }

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals(MOUNT)) { // while picocli is being loaded
      Thread.ofPlatform().daemon().name("heddle-prepare").start(NativeCalls::prepare);
    }
    int code = run(Console.ofProcess(), RawArguments.of(arguments));
    Learning.end(code);
    System.exit(code);
  }

  /**
   * Runs the command.
   *
   * @param arguments bytes as characters of the same number
   * @return the exit code
   */
  static int run(Console console, String... arguments) {
    CommandLine commandLine = commandLine(console, asked(arguments));
    // arguments that are quoted back keep their bytes
    var out = new PrintWriter(console.out(), true, StandardCharsets.ISO_8859_1);
    var err = new PrintWriter(console.err(), true, StandardCharsets.ISO_8859_1);
    int code =
        commandLine
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Heddle::misunderstood)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> failed(console, failure, command))
            .execute(arguments);
    out.flush();
    return code;
  }

  /** Returns the command with those of its commands that are asked for. */
  private static CommandLine commandLine(Console console, Set<String> asked) {
    var commandLine = new CommandLine(new Heddle());
    COMMANDS.forEach(
        (name, command) -> {
          if (asked.contains(name)) {
            commandLine.addSubcommand(name, command.apply(console));
          }
        });
    return commandLine;
  }

  /** Returns all that there is. */
  static CommandLine commandLine(Console console) {
    return commandLine(console, COMMANDS.keySet());
  }

  /**
   * Returns the commands that the arguments can be about: the one that they begin with, else all.
   * picocli needs some 50 ms for each that it is to know.
   */
  private static Set<String> asked(String... arguments) {
    for (String argument : arguments) {
      if (COMMANDS.containsKey(argument) && !argument.equals(HELP)) {
        return Set.of(argument);
      }
      if (!argument.equals("-v") && !argument.equals("--verbose")) {
        break;
      }
    }
    return COMMANDS.keySet();
  }

  private static int misunderstood(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + Mistake.of(failure));
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    command.getErr().println("Try '" + name + " --help'.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Console console, Exception failure, CommandLine command)
      throws Exception {
    String reason;
    switch (failure) {
      case BrokenPipeException e -> {
        return BROKEN_PIPE;
      }
      case MountException e -> reason = String.valueOf(e.getMessage());
      case IOException e -> reason = Failures.describe(e);
      default -> throw failure; // a mistake of ours: with its stack trace
    }
    console.err().println(Complaint.of(command.getCommandSpec(), reason));
    return FAILED;
  }

  /** Returns an argument fit for a message. */
  static String shown(String argument) {
    return Printable.of(RawArguments.toBytes(argument));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
