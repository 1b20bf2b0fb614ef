package heddle.afs;

import heddle.rxrpc.security.rxkad.RxkadLevel;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How well the packets of calls with a token are protected, cell by cell. Calls without a token are
 * not protected at all, and see what anybody may see. Immutable.
 *
 * @param usual what holds for cells that are not named
 * @param cells what holds for others; names in lower case
 */
public record Protection(Levels usual, Map<String, Levels> cells) {
  /** All of each packet is encrypted; a caller may ask for less. */
  public static final Protection DEFAULT =
      new Protection(new Levels(RxkadLevel.CRYPT, RxkadLevel.CLEAR), Map.of());

  /**
   * What holds for a cell.
   *
   * @param level what callers get who do not ask for a level
   * @param floor what callers must have who ask for one
   */
  public record Levels(RxkadLevel level, RxkadLevel floor) {
    /**
     * Checks what was given.
     *
     * @throws IllegalArgumentException if the level is below the floor
     */
    public Levels {
      if (!level.isAtLeast(floor)) {
        throw new IllegalArgumentException("level " + level + " is below the floor " + floor);
      }
    }
  }

  /** Copies what was given. */
  public Protection {
    cells = Map.copyOf(cells);
  }

  /** Returns what holds for a cell, whose name is compared without regard to case. */
  public Levels of(String cell) {
    return cells.getOrDefault(key(cell), usual);
  }

  /** Returns a copy with other levels for cells that are not named. */
  public Protection withUsual(Levels levels) {
    return new Protection(levels, cells);
  }

  /** Returns a copy with other levels for one cell. */
  public Protection with(String cell, Levels levels) {
    var changed = new HashMap<>(cells);
    changed.put(key(cell), levels);
    return new Protection(usual, changed);
  }

  private static String key(String cell) {
    return cell.toLowerCase(Locale.ROOT);
  }
}
