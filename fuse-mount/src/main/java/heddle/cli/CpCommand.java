package heddle.cli;

import heddle.afs.AfsPath;
import heddle.fuse.PathBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle cp}. */
@Command(
    name = "cp",
    description = {
      "Copy files out of AFS, without a mount. The last argument is a local file or"
          + " directory.",
      "A file appears under its name only when it is complete."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle cp /afs/example.org/README .",
      "  heddle cp -r -p /afs/example.org/user/alice/project /tmp"
    })
final class CpCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private CellOptions cells = new CellOptions();
  @Mixin private OwnTickets tickets = new OwnTickets();

  @Option(
      names = {"-r", "-R", "--recursive"},
      description = "Directories too, with what is below, mount points included.")
  private boolean recursive;

  @Option(
      names = {"-p", "--preserve"},
      description = "Keep the times of modification.")
  private boolean preserve;

  @Option(names = "--json", description = "Say what fails as JSON, one object a line.")
  @SuppressWarnings("UnusedVariable") // Complaint asks for it
  private boolean json;

  @Parameters(
      arity = "2..*",
      paramLabel = "PATH",
      description = "As /afs/example.org/file; the last one is local.")
  private List<String> paths = new ArrayList<>();

  CpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<String> sources = paths.subList(0, paths.size() - 1);
    String destination = paths.get(paths.size() - 1);
    byte[] target = RawArguments.toBytes(destination);
    boolean into = Files.isDirectory(PathBytes.toPath(target));
    if (!into && (sources.size() > 1 || destination.endsWith("/"))) {
      throw new ParameterException(
          spec.commandLine(), Heddle.shown(destination) + " is not a directory");
    }
    var command = new ReadingCommand(console, common, cells, tickets, spec);
    try (CopyProgress progress =
        console.errIsTerminal() ? CopyProgress.on(console.err()) : CopyProgress.none()) {
      var failures = new ArrayList<String>();
      int code =
          command.forEach(
              sources,
              (source, path, argument) -> {
                var copier =
                    new Copier(
                        source,
                        new Copier.Rules(recursive, preserve),
                        progress,
                        (subject, failure) -> {
                          failures.add(subject);
                          command.complain(subject, failure);
                        });
                copier.copy(path, argument, into ? below(target, path) : target);
              });
      return failures.isEmpty() ? code : Heddle.FAILED;
    }
  }

  private static byte[] below(byte[] directory, AfsPath source) {
    if (source.nameCount() == 0) {
      return directory;
    }
    return Copier.join(directory, source.name(source.nameCount() - 1));
  }
}
