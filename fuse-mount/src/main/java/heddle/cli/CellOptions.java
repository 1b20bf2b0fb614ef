package heddle.cli;

import heddle.afs.AfsConfig;
import heddle.fuse.PathBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say which cells there are. */
final class CellOptions {
  private static final Path DEFAULT_CELL_SERV_DB = Path.of("/etc/openafs/CellServDB");

  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @ArgGroup(
      exclusive = false,
      multiplicity = "0..*",
      heading = "%nCells (repeat both for each cell):%n")
  private List<Cell> cells = new ArrayList<>();

  @Option(
      names = "--cellservdb",
      paramLabel = "FILE",
      description = "File with more cells; default /etc/openafs/CellServDB where it is present.")
  private @Nullable String cellServDb;

  @Option(
      names = "--root-volume",
      paramLabel = "NAME",
      description = "Volume of the first cell that is the root, in place of a list of cells.")
  private @Nullable String rootVolume;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait for servers that do not answer; default 30.")
  private double timeoutSeconds;

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      description =
          "Where the servers' ports begin, as heddle serve --port-base says it; default"
              + " 7000, as in every other cell.")
  private int portBase = AfsConfig.PORT_BASE;

  @Mixin private PreferenceOptions preferences = new PreferenceOptions();
  @Mixin private LevelOptions levels = new LevelOptions();

  private static final class Cell {
    @Option(
        names = "--cell",
        paramLabel = "NAME",
        required = true,
        description = "A cell; the first one is this client's own.")
    private String name = "";

    @Option(
        names = "--vlserver",
        paramLabel = "ADDRESS",
        split = ",",
        description = "Its volume location servers; without it they come from the file.")
    private List<String> servers = new ArrayList<>();
  }

  /** Returns the configuration that the options make. */
  AfsConfig config() throws IOException {
    if (!(timeoutSeconds > 0 && timeoutSeconds < 1e6)) {
      throw wrong("--timeout must be a positive number of seconds");
    }
    AfsConfig config =
        withPorts(AfsConfig.DEFAULT)
            .withTimeout(Duration.ofMillis((long) (timeoutSeconds * 1000)))
            .withProtection(levels.protection())
            .withCells(servers());
    Optional<Path> file = cellServDb();
    config = config.withPreferences(preferences.preferences(file));
    if (file.isPresent()) {
      config = config.withCellServDb(file.get());
    } else if (config.cells().isEmpty() && !preferences.wantsDns()) {
      throw wrong(
          "no cell is known: give --cell NAME --vlserver ADDRESS, or --cellservdb FILE, or --dns"
              + " auto to find cells in DNS");
    }
    Optional<String> own = ownCell(file);
    if (own.isPresent()) {
      config = config.withThisCell(own.get());
    }
    if (rootVolume != null && own.isEmpty()) {
      throw wrong("--root-volume needs to know the cell: give --cell NAME");
    }
    return rootVolume == null ? config : config.withRootVolume(rootVolume);
  }

  Optional<String> rootVolume() {
    return Optional.ofNullable(rootVolume);
  }

  private AfsConfig withPorts(AfsConfig config) {
    try {
      return config.withPortBase(portBase);
    } catch (IllegalArgumentException e) {
      throw wrong("--port-base: " + e.getMessage());
    }
  }

  boolean hasDynamicRoot() {
    return rootVolume == null;
  }

  private Map<String, List<InetAddress>> servers() {
    var servers = new LinkedHashMap<String, List<InetAddress>>();
    for (Cell cell : cells) {
      var addresses = new ArrayList<InetAddress>();
      for (String server : cell.servers) {
        try {
          addresses.add(InetAddress.getByName(server));
        } catch (UnknownHostException e) {
          throw wrong("no address is known of server " + Heddle.shown(server));
        }
      }
      if (!addresses.isEmpty()) {
        servers.put(cell.name, addresses);
      }
    }
    return servers;
  }

  private Optional<Path> cellServDb() {
    if (cellServDb == null) {
      return Optional.of(DEFAULT_CELL_SERV_DB).filter(Files::isReadable);
    }
    Path file = PathBytes.toPath(RawArguments.toBytes(cellServDb));
    if (!Files.isReadable(file)) {
      throw wrong("cannot read " + Heddle.shown(cellServDb));
    }
    return Optional.of(file);
  }

  private Optional<String> ownCell(Optional<Path> cellServDbFile) throws IOException {
    if (!cells.isEmpty()) {
      return Optional.of(cells.get(0).name);
    }
    Optional<Path> thisCell =
        cellServDbFile.map(file -> file.resolveSibling("ThisCell")).filter(Files::isReadable);
    return thisCell.isEmpty()
        ? Optional.empty()
        : Optional.of(Files.readString(thisCell.get()).strip()).filter(name -> !name.isEmpty());
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
