package heddle.afs;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a client finds its cells and how patient it is.
 *
 * @param cells volume location servers of cells given by the user; they win over the file
 * @param cellServDb file with more cells
 * @param thisCell the cell whose root volume or {@code @cell} is meant; the first of {@code cells} if absent
 * @param rootVolume volume that is the root of the name space; the dynamic root if absent
 * @param timeout how long an operation may wait for servers before it fails
 */
public record AfsConfig(
    Map<String, List<InetAddress>> cells,
    Optional<Path> cellServDb,
    Optional<String> thisCell,
    Optional<String> rootVolume,
    Duration timeout) {
  public static final AfsConfig DEFAULT =
      new AfsConfig(Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofSeconds(30));
}
