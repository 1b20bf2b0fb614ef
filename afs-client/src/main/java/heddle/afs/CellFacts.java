package heddle.afs;

import java.util.List;
import java.util.Optional;

/**
 * What a client knows of cells.
 *
 * @param own its own cell, if it has one
 * @param cells those that it knows
 * @param aliases other names of cells
 */
public record CellFacts(Optional<String> own, List<KnownCell> cells, List<Alias> aliases) {
  /** Another name of a cell. */
  public record Alias(String alias, String cell) {}

  /** Copies what was given. */
  public CellFacts {
    cells = List.copyOf(cells);
    aliases = List.copyOf(aliases);
  }
}
