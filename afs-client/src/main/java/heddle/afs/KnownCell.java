package heddle.afs;

import java.util.List;

/**
 * A cell that a client knows by its configuration.
 *
 * @param name its name, as it is written there
 * @param databaseHosts names of the hosts of its databases, as far as they are known
 */
public record KnownCell(String name, List<String> databaseHosts) {
  /** Copies what was given. */
  public KnownCell {
    databaseHosts = List.copyOf(databaseHosts);
  }
}
