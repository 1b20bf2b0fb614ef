package heddle.cli;

import heddle.afs.AfsConfig;
import heddle.afs.KnownCell;
import heddle.afs.auth.Identity;
import heddle.afs.kept.KeptData;
import heddle.afs.kept.KeptDirectory;
import heddle.control.Owner;
import heddle.fuse.AfsTree;
import heddle.fuse.PathBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle recover}. */
@Command(
    name = "recover",
    description = {
      "Store what mounts could not store when they ended, and kept.",
      "A file that is still as it was when it was written to gets the data. Where it has"
          + " changed meanwhile, or is gone, it is left alone, and a copy is made beside it"
          + " that has them. What was stored is not kept any longer. Data are stored with the"
          + " rights with which they were written: who wrote as user@REALM needs a ticket of"
          + " his, who wrote as anybody none. What other users of this machine wrote as"
          + " user@REALM is stored only if it is named."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle recover --list",
      "  heddle recover                    (with your Kerberos tickets, as heddle cp)",
      "  heddle recover --to /tmp/rescued  (into local files; asks no server)"
    })
final class RecoverCommand implements Callable<Integer> {
  /** Says of data that a server refuses that they are lost: here they are still kept. */
  private static final String CLIENT_SAYS_LOST = "heddle.afs.vnode.Storer";

  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private CellOptions cells = new CellOptions();
  @Mixin private OwnTickets tickets = new OwnTickets();
  @Mixin private KeepOptions keeping = new KeepOptions();

  @Option(names = "--list", description = "Only say what is kept.")
  private boolean list;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description =
          "Write it to new files in this local directory. What lay between the written bytes"
              + " is not known there: zeros.")
  private @Nullable String target;

  @Option(names = "--json", description = "Say it as JSON, one object a line.")
  private boolean json;

  @Parameters(paramLabel = "KEPT", description = "Only these, by the names that --list gives them.")
  private List<String> names = new ArrayList<>();

  RecoverCommand(Console console) {
    this.console = console;
  }

  /** Does something with kept data, and says what became of them. */
  @FunctionalInterface
  private interface Action {
    String run(KeptData data) throws IOException;
  }

  @Override
  public Integer call() throws IOException {
    CommonOptions.silence(CLIENT_SAYS_LOST);
    common.apply();
    List<Path> files = files();
    if (list) {
      return forEach(files, data -> "");
    }
    String to = target;
    if (to != null) {
      var local = new LocalRecovery(PathBytes.toPath(RawArguments.toBytes(to)));
      return forEach(files, local::write);
    }
    return files.isEmpty() ? Heddle.OK : store(files);
  }

  private List<Path> files() throws IOException {
    Optional<KeptDirectory> directory = keeping.directory(UserPlaces.anywhere());
    List<Path> all = directory.isEmpty() ? List.of() : directory.get().files();
    if (all.isEmpty()) {
      String where = directory.map(kept -> " in " + kept.place()).orElse("");
      console.err().println(spec.qualifiedName() + ": nothing is kept" + where);
    }
    Set<String> wanted = new LinkedHashSet<>(names);
    wanted.removeAll(all.stream().map(RecoverCommand::name).toList());
    if (!wanted.isEmpty()) {
      throw new IOException(
          "not kept: "
              + Heddle.shown(String.join(" ", wanted))
              + "; heddle recover --list tells what is");
    }
    return all.stream().filter(file -> names.isEmpty() || names.contains(name(file))).toList();
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private int store(List<Path> files) throws IOException {
    AfsConfig config = cells.config();
    Surroundings surroundings = console.surroundings();
    try (AfsTree tree = surroundings.open(config);
        Identity identity =
            tickets.identity(
                surroundings, tree.cells().stream().map(KnownCell::name).toList(), tree.cells())) {
      String self = new Owner.User(surroundings.uid()).toString();
      var recovery =
          new Recovery(tree, identity, cells.rootVolume().orElse(""), self, !names.isEmpty());
      return forEach(files, recovery::store);
    }
  }

  /** One that fails stays, and does not stop the others. */
  private int forEach(List<Path> files, Action action) throws IOException {
    int code = Heddle.OK;
    try (var output = new Output(console)) {
      for (Path file : files) {
        String name = name(file);
        try {
          KeptData data = KeptData.open(file);
          tell(output, data, action.run(data));
        } catch (BrokenPipeException e) {
          throw e;
        } catch (IOException e) {
          console.err().println(Complaint.of(spec, name, Failures.describe(e)));
          code = Heddle.FAILED;
        }
      }
    }
    return code;
  }

  private void tell(Output output, KeptData data, String outcome) throws IOException {
    String name = name(data.file());
    String path = Recovery.shown(data);
    if (json) {
      Map<String, Object> fields = RecoveryText.fields(name, path, data);
      if (!outcome.isEmpty()) {
        fields.put("outcome", outcome);
      }
      output.text(Json.of(fields)).newLine();
    } else if (outcome.isEmpty()) {
      output.text(RecoveryText.line(name, path, data)).newLine();
    } else {
      output.text(path + ": " + outcome).newLine();
    }
  }
}
