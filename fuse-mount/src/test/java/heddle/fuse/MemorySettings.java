package heddle.fuse;

import heddle.afs.CellFacts;
import heddle.afs.ClientSettings;
import heddle.afs.ServerFacts;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settings of a tree in memory, which remember what was set. */
public final class MemorySettings implements ClientSettings {
  private final MemoryTree tree;

  /** The servers that there are. */
  public volatile List<ServerFacts> servers = List.of();

  /** What was checked. */
  public final List<Optional<String>> checked = new ArrayList<>();

  /** Ranks that were set, in order. */
  public final List<String> ranks = new ArrayList<>();

  private volatile List<String> systemNames = List.of("amd64_linux26");

  MemorySettings(MemoryTree tree) {
    this.tree = tree;
  }

  @Override
  public CellFacts cells() {
    return new CellFacts(
        Optional.of(MemoryTree.CELL),
        tree.cells(),
        List.of(new CellFacts.Alias("mem", MemoryTree.CELL)));
  }

  @Override
  public List<ServerFacts> servers() {
    return servers;
  }

  @Override
  public List<ServerFacts> checkServers(Optional<String> cell) {
    checked.add(cell);
    return servers;
  }

  @Override
  public void setRank(ServerFacts.Kind kind, InetAddress address, int rank) {
    ranks.add(kind + " " + address.getHostAddress() + " " + rank);
  }

  @Override
  public List<String> systemNames() {
    return systemNames;
  }

  @Override
  public void setSystemNames(List<String> names) {
    systemNames = names;
  }
}
