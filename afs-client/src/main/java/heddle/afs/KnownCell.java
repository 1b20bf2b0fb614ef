package heddle.afs;

import java.net.InetAddress;
import java.util.List;

/**
 * A cell that a client knows.
 *
 * @param name its name, as it is written in the configuration
 * @param databaseHosts names of the hosts of its databases, as far as they are known
 * @param databaseAddresses their addresses, as far as they are known
 */
public record KnownCell(
    String name, List<String> databaseHosts, List<InetAddress> databaseAddresses) {
  /** Copies what was given. */
  public KnownCell {
    databaseHosts = List.copyOf(databaseHosts);
    databaseAddresses = List.copyOf(databaseAddresses);
  }
}
