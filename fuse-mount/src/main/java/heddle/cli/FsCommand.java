package heddle.cli;

import heddle.cli.FsRun.Form;
import heddle.fuse.MountException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code heddle fs}: what OpenAFS's command of that name does. Options with two hyphens are
 * heddle's; what has one hyphen or none goes to the commands, which understand it as there.
 */
@Command(
    name = "fs",
    description = {
      "Access lists, quotas, places of files and the like.",
      "As OpenAFS's fs: same names, switches and output. On paths in a mount of heddle"
          + " the mount does it, with your rights there; on /afs/CELL/... without one this"
          + " process does, with your Kerberos tickets."
    },
    customSynopsis = "heddle fs [OPTIONS] COMMAND [ARGUMENTS]",
    sortOptions = false)
final class FsCommand implements Callable<Integer> {
  private static final List<String> HELP = List.of("-help", "-hel", "-he");

  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(names = "--json", description = "Write a JSON array in place of text.")
  private boolean json;

  @Option(
      names = "--mount",
      paramLabel = "MOUNTPOINT",
      description =
          "The mount that is meant where no path says it; default: the one you are in, or"
              + " the only one of yours and root's.")
  private @Nullable String mountPoint;

  @Option(names = "--help", description = "This help; behind a command, that command's.")
  private boolean help;

  @Option(names = "--verbose", description = "Log one line per call to a server.")
  private boolean verbose;

  @Mixin private CellOptions cells = new CellOptions();
  @Mixin private OwnTickets tickets = new OwnTickets();

  @Parameters(hidden = true)
  private List<String> words = new ArrayList<>();

  private FsCommand(Console console) {
    this.console = console;
  }

  /** Returns the command, set up so that switches with one hyphen are left alone. */
  static CommandLine commandLine(Console console) {
    var commandLine =
        new CommandLine(new FsCommand(console))
            .setPosixClusteredShortOptionsAllowed(false)
            .setUnmatchedOptionsArePositionalParams(true);
    var footer = new ArrayList<>(FsHelp.overview());
    footer.addAll(
        List.of(
            "",
            "More on each: heddle fs help COMMAND. Names and switches may be cut short.",
            "",
            "Examples:",
            "  heddle fs listacl .",
            "  heddle fs setacl ~/public system:anyuser read",
            "  heddle fs listquota --json ~"));
    commandLine
        .getCommandSpec()
        .usageMessage()
        .footerHeading("%nCommands:%n")
        .footer(footer.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new));
    return commandLine;
  }

  @Override
  public Integer call() throws IOException, MountException {
    boolean verboseParent = spec.parent().userObject() instanceof Heddle all && all.verbose();
    CommonOptions.apply(verbose || verboseParent);
    try {
      return run();
    } catch (FsUsageException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private int run() throws FsUsageException, IOException {
    boolean wantsHelp = help || (!words.isEmpty() && words.getFirst().equals("help"));
    List<String> rest = new ArrayList<>(words);
    rest.remove("help");
    if (rest.isEmpty() && wantsHelp) {
      spec.commandLine().usage(spec.commandLine().getOut());
      return Heddle.OK;
    }
    if (rest.isEmpty()) {
      throw new FsUsageException("a command is missing; for the list: heddle fs help");
    }
    FsSyntax syntax = FsTable.find(rest.removeFirst());
    try (var output = new Output(console)) {
      if (wantsHelp || rest.stream().anyMatch(HELP::contains)) {
        output.text(FsHelp.of(syntax));
        return Heddle.OK;
      }
      FsArguments arguments = FsArguments.parse(syntax, rest);
      try (var targets =
          new FsTargets(
              console.surroundings(),
              new FsTargets.Choice(Optional.ofNullable(mountPoint), cells, tickets))) {
        var run =
            new FsRun(arguments, targets, output, json ? Form.JSON : Form.TEXT, console.err());
        run.run(syntax);
        return run.finish();
      }
    }
  }
}
