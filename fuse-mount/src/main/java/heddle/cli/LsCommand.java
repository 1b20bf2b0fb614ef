package heddle.cli;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsPath;
import heddle.afs.DirectoryEntry;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle ls}. */
@Command(
    name = "ls",
    description = "List directories of AFS, without a mount, a name on each line.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle ls /afs                                   (the cells)",
      "  heddle ls -l /afs/example.org/user/alice",
      "  heddle ls -R --json /afs/example.org/public"
    })
final class LsCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private CellOptions cells = new CellOptions();
  @Mixin private OwnTickets tickets = new OwnTickets();

  @Option(names = "-l", description = "With type, permissions, owner, group, size and time.")
  private boolean longForm;

  @Option(
      names = {"-a", "--all"},
      description = "Also names that begin with a dot.")
  private boolean all;

  @Option(
      names = {"-d", "--directory"},
      description = "A directory itself, not what is in it.")
  private boolean itself;

  @Option(
      names = {"-R", "--recursive"},
      description = "Also what is below; mount points are listed, not entered.")
  private boolean recursive;

  @Option(names = "--json", description = "Write a JSON array.")
  private boolean json;

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "As /afs/example.org/directory.")
  private List<String> paths = new ArrayList<>();

  private final List<Map<String, Object>> objects = new ArrayList<>();
  private boolean failed;
  private boolean first = true;

  LsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (var output = new Output(console)) {
      var command = new ReadingCommand(console, common, cells, tickets, spec);
      int code =
          command.forEach(
              paths,
              (source, path, argument) ->
                  new Listing(command, source, output).list(path, argument));
      if (json) {
        output.text(Json.of(objects)).newLine();
      }
      return failed ? Heddle.FAILED : code;
    }
  }

  /** One argument, and what is below. */
  private final class Listing {
    private final ReadingCommand command;
    private final AfsSource source;
    private final Output output;

    Listing(ReadingCommand command, AfsSource source, Output output) {
      this.command = command;
      this.source = source;
      this.output = output;
    }

    void list(AfsPath path, String argument) throws IOException {
      FinalLink finalLink = itself || longForm ? FinalLink.KEEP : FinalLink.FOLLOW;
      FileStatus status = source.stat(path, finalLink);
      if (status.type() == FileType.DIRECTORY && !itself) {
        directory(path, argument);
      } else {
        show(path, RawArguments.toBytes(argument), status);
      }
    }

    private void directory(AfsPath path, String shownAs) throws IOException {
      var below = new ArrayList<DirectoryEntry>();
      try (AfsDirectory directory = source.openDirectory(path)) {
        heading(shownAs);
        for (DirectoryEntry entry : sorted(directory.entries())) {
          if (!longForm && !json && !recursive) {
            output.name(entry.name()).newLine();
            continue;
          }
          try {
            FileStatus status = status(directory, path, entry);
            show(path.resolve(entry.name()), jsonName(shownAs, entry), status);
            if (recursive && status.type() == FileType.DIRECTORY && !isMountPoint(entry, status)) {
              below.add(entry);
            }
          } catch (BrokenPipeException e) {
            throw e;
          } catch (IOException e) {
            complain(join(shownAs, entry), e);
          }
        }
      }
      for (DirectoryEntry entry : below) {
        try {
          directory(path.resolve(entry.name()), join(shownAs, entry));
        } catch (BrokenPipeException e) {
          throw e;
        } catch (IOException e) {
          complain(join(shownAs, entry), e);
        }
      }
    }

    private void complain(String subject, IOException failure) {
      command.complain(subject, failure);
      failed = true;
    }

    /** A mount point shows as what is mounted there, as in a mount. */
    private FileStatus status(AfsDirectory directory, AfsPath path, DirectoryEntry entry)
        throws IOException {
      FileStatus status = directory.status(entry);
      return status.type() == FileType.MOUNT_POINT
          ? source.stat(path.resolve(entry.name()), FinalLink.KEEP)
          : status;
    }

    private boolean isMountPoint(DirectoryEntry entry, FileStatus status) {
      return !entry.fid().equals(status.fid());
    }

    private List<DirectoryEntry> sorted(List<DirectoryEntry> entries) {
      return entries.stream()
          .filter(entry -> all || entry.name()[0] != '.')
          .sorted((a, b) -> Arrays.compareUnsigned(a.name(), b.name()))
          .toList();
    }

    private void heading(String path) throws IOException {
      if (!json && (recursive || paths.size() > 1)) {
        output.text(first ? "" : "\n").name(RawArguments.toBytes(path)).text(":\n");
      }
      first = false;
    }

    private byte[] jsonName(String shownAs, DirectoryEntry entry) {
      return json && recursive ? RawArguments.toBytes(join(shownAs, entry)) : entry.name();
    }

    private String join(String directory, DirectoryEntry entry) {
      return (directory.endsWith("/") ? directory : directory + "/")
          + RawArguments.fromBytes(entry.name());
    }

    private void show(AfsPath path, byte[] name, FileStatus status) throws IOException {
      if (json) {
        objects.add(StatusText.json(name, status));
        return;
      }
      if (longForm) {
        output.text(StatusText.longForm(status));
      }
      output.name(name);
      if (longForm && status.type() == FileType.SYMLINK) {
        output.text(" -> ").name(source.readLink(path));
      }
      output.newLine();
    }
  }
}
