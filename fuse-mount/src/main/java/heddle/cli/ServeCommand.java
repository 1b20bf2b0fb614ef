package heddle.cli;

import heddle.afs.AccessRights;
import heddle.afs.AfsConfig;
import heddle.afs.cell.CellConfig;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle serve}. */
@Command(
    name = "serve",
    description = "Serve an AFS cell that is kept in a directory, until Ctrl-C.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle serve /srv/cell            (says how to mount it)",
      "  heddle serve --user alice,bob --any-user write /srv/cell",
      "  heddle login --cell-key /srv/cell/KeyFileExt --principal alice",
      "                                    (alice, on what mounts it)"
    })
final class ServeCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description =
          "Address of the servers, which have the usual ports of AFS there; on other than loopback"
              + " ones everybody in that network can ask them"
              + " (default: ${DEFAULT-VALUE}).")
  private String address = "127.7.3.1";

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      description =
          "Port of the file server, from which the others count (default: ${DEFAULT-VALUE}): with"
              + " another, cells can share an address. Only clients that can be told will find it.")
  private int portBase = AfsConfig.PORT_BASE;

  @Option(
      names = "--cell",
      paramLabel = "NAME",
      description = "Name of the cell (default: ${DEFAULT-VALUE}).")
  private String cell = CellConfig.DEFAULT.name();

  @Option(
      names = "--any-user",
      paramLabel = "RIGHTS",
      description =
          "What anybody may do in the roots of new volumes, as fs setacl takes rights"
              + " (default: ${DEFAULT-VALUE}).")
  private String anyUser = "read";

  @Option(
      names = "--user",
      paramLabel = "NAME",
      split = ",",
      description =
          "Users that the cell is to have, each with a volume, mounted at user/NAME. With"
              + " the key of the cell they log in: heddle login --cell-key DIR/KeyFileExt"
              + " --principal NAME. The user admin is there always, and may do everything.")
  private List<String> users = new ArrayList<>();

  @Option(
      names = "--keytab",
      paramLabel = "FILE",
      description =
          "Keytab with the key that a KDC has for afs/CELL: its tickets are good for the"
              + " cell then, if the realm is the cell's name in capitals. The key becomes the"
              + " cell's, also without this option from then on.")
  private @Nullable Path keytab;

  @Parameters(paramLabel = "DIR", description = "Where the cell is kept; made if need be.")
  private Path directory = Path.of("");

  ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    common.apply();
    EmbeddedCell served = start();
    Runtime.getRuntime().addShutdownHook(new Thread(served::close, "heddle-serve-end"));
    addUsers(served);
    try (var output = new Output(console)) {
      output.text("Serving the cell " + cell + " at " + address + ". To mount it:").newLine();
      String ports = portBase == AfsConfig.PORT_BASE ? "" : " --port-base " + portBase;
      output
          .text("  heddle mount --cell " + cell + " --vlserver " + address + ports + " MOUNTPOINT")
          .newLine();
    }
    new CountDownLatch(1).await(); // the signal ends the process
    return Heddle.OK;
  }

  private EmbeddedCell start() throws IOException {
    try {
      return EmbeddedCell.start(config());
    } catch (FileSystemException e) { // else it does not say which file
      throw new IOException(e.getFile() + ": " + Failures.describe(e), e);
    } catch (BindException e) {
      throw new IOException(
          "cannot serve there: %s; --address names another place, --port-base other ports"
              .formatted(e.getMessage()),
          e);
    }
  }

  private void addUsers(EmbeddedCell served) throws IOException {
    if (users.isEmpty()) {
      return;
    }
    var homes = new CellHomes(served);
    for (String user : users) {
      try {
        homes.make(user);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--user: " + e.getMessage(), e);
      }
    }
  }

  private CellConfig config() throws IOException {
    try {
      CellConfig config =
          keytab == null ? CellConfig.DEFAULT : CellConfig.DEFAULT.withKeytab(keytab);
      return config
          .withDirectory(directory)
          .withName(cell)
          .withAddress(inet4(address))
          .withPortBase(portBase)
          .withAnyUser(rights(anyUser));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private static Inet4Address inet4(String text) throws IOException {
    if (!text.matches("[0-9.]+") || !(InetAddress.getByName(text) instanceof Inet4Address inet4)) {
      throw new IllegalArgumentException("--address takes an IPv4 address, not " + text);
    }
    return inet4;
  }

  private static AccessRights rights(String text) {
    return AccessRights.parse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--any-user takes letters of rlidwka, or read, write, mail, all or none, not "
                        + text));
  }
}
