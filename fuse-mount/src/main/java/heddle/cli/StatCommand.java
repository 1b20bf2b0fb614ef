package heddle.cli;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.VolumeStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle stat}. */
@Command(
    name = "stat",
    description = "Show what AFS knows of files: fid, size, version, rights, volume.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  heddle stat --json /afs/example.org/user/alice")
final class StatCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private CellOptions cells = new CellOptions();
  @Mixin private OwnTickets tickets = new OwnTickets();

  @Option(
      names = {"-L", "--dereference"},
      description = "Follow a symbolic link.")
  private boolean follow;

  @Option(names = "--json", description = "Write a JSON array.")
  private boolean json;

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "As /afs/example.org/file.")
  private List<String> paths = new ArrayList<>();

  StatCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (var output = new Output(console)) {
      var objects = new ArrayList<Map<String, Object>>();
      int code =
          new ReadingCommand(console, common, cells, tickets, spec)
              .forEach(
                  paths,
                  (source, path, argument) -> {
                    Map<String, Object> fields = fields(source, path, argument);
                    if (json) {
                      objects.add(fields);
                    } else {
                      print(output, fields);
                    }
                  });
      if (json) {
        output.text(Json.of(objects)).newLine();
      }
      return code;
    }
  }

  private Map<String, Object> fields(AfsSource source, AfsPath path, String argument)
      throws IOException {
    FinalLink finalLink = follow ? FinalLink.FOLLOW : FinalLink.KEEP;
    FileStatus status = source.stat(path, finalLink);
    Map<String, Object> fields = StatusText.json(RawArguments.toBytes(argument), status);
    if (status.type() == FileType.SYMLINK) {
      StatusText.putName(fields, "target", source.readLink(path));
    }
    volume(source, path).ifPresent(volume -> fields.put("volume", volume));
    return fields;
  }

  /** The dynamic root is in no volume, and some volumes are not for everybody. */
  private static Optional<Map<String, Object>> volume(AfsSource source, AfsPath path) {
    VolumeStatus status;
    try {
      status = source.volumeStatus(path);
    } catch (AfsException e) {
      return Optional.empty();
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", status.name());
    fields.put("id", Integer.toUnsignedLong(status.volume()));
    fields.put("quotaKiB", status.quota());
    fields.put("usedKiB", status.used());
    fields.put("readOnly", status.readOnly());
    return Optional.of(fields);
  }

  private static void print(Output output, Map<String, Object> fields) throws IOException {
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      if (field.getValue() instanceof Map<?, ?> inner) {
        output.text(String.format("%13s:", field.getKey()));
        for (Map.Entry<?, ?> entry : inner.entrySet()) {
          output.text(" " + entry.getKey() + "=" + entry.getValue());
        }
      } else {
        output.text(String.format("%13s: %s", field.getKey(), field.getValue()));
      }
      output.newLine();
    }
  }
}
