package heddle.afs;

import heddle.afs.location.Cells;
import heddle.afs.location.FileServer;
import heddle.afs.location.ServerProber;
import heddle.afs.location.ServerRanks;
import heddle.afs.location.ServerTable;
import heddle.afs.location.VolumeLocator;
import heddle.afs.vnode.FileSystem;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The settings of a running client. Thread-safe. */
final class LiveSettings implements ClientSettings {
  private final Parts parts;
  private final ServerRanks fileRanks;
  private final ServerRanks locationRanks;

  /** What the settings are of. */
  record Parts(
      Cells cells,
      ServerTable servers,
      VolumeLocator locator,
      ServerProber prober,
      FileSystem files) {}

  LiveSettings(Parts parts, ServerRanks fileRanks, ServerRanks locationRanks) {
    this.parts = parts;
    this.fileRanks = fileRanks;
    this.locationRanks = locationRanks;
  }

  @Override
  public CellFacts cells() {
    return new CellFacts(
        parts.cells().own(),
        parts.files().cells(),
        parts.cells().aliases().entrySet().stream()
            .map(entry -> new CellFacts.Alias(entry.getKey(), entry.getValue()))
            .toList());
  }

  @Override
  public List<ServerFacts> servers() {
    return Stream.concat(
            parts.locator().locationServerFacts().stream(),
            parts.servers().all().stream().map(FileServer::facts))
        .toList();
  }

  @Override
  public List<ServerFacts> checkServers(Optional<String> cell) throws AfsException {
    List<String> wanted =
        cell.isPresent()
            ? List.of(parts.locator().cellName(cell.get()))
            : servers().stream().map(ServerFacts::cell).distinct().toList();
    parts
        .prober()
        .check(
            parts.servers().all().stream()
                .filter(server -> wanted.contains(server.cell()))
                .toList());
    for (String each : wanted) {
      parts.locator().checkLocationServers(each);
    }
    return servers().stream().filter(server -> wanted.contains(server.cell())).toList();
  }

  @Override
  public void setRank(ServerFacts.Kind kind, InetAddress address, int rank) {
    switch (kind) {
      case FILES -> fileRanks.set(address, rank);
      case LOCATIONS -> locationRanks.set(address, rank);
    }
  }

  @Override
  public List<String> systemNames() {
    return parts.files().systemNames();
  }

  @Override
  public void setSystemNames(List<String> names) {
    parts.files().setSystemNames(names);
  }
}
