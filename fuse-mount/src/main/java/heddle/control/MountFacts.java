package heddle.control;

import java.util.List;

/**
 * What a mount tells those who want to give it tokens.
 *
 * @param ownCell the cell that is meant where none is named; empty if there is none
 * @param distinction by what the mount tells its users from each other
 * @param cells the cells that it knows
 */
public record MountFacts(
    String ownCell, TokenStore.Distinction distinction, List<CellFacts> cells) {
  /**
   * A cell.
   *
   * @param name its name, as the mount writes it
   * @param level how packets of calls with a token are protected: clear, auth or crypt
   * @param databaseHosts names of the hosts of its databases, as far as they are known
   */
  public record CellFacts(String name, String level, List<String> databaseHosts) {
    /** Copies what was given. */
    public CellFacts {
      databaseHosts = List.copyOf(databaseHosts);
    }
  }

  /** Copies what was given. */
  public MountFacts {
    cells = List.copyOf(cells);
  }
}
