package heddle.afs.location;

import heddle.afs.AfsException;
import java.time.Duration;
import java.util.Optional;

/** Finds cells that nobody has configured. Thread-safe. */
@FunctionalInterface
public interface CellResolver {
  /**
   * What was found of a cell.
   *
   * @param cell the cell, with its servers in the order in which to ask them
   * @param validity how long that may be believed
   */
  record Found(CellDatabase.Cell cell, Duration validity) {}

  /**
   * Looks a cell up; blocks for some seconds at most.
   *
   * @return empty if there certainly is no such cell
   * @throws AfsException.ServersUnreachable if nobody answered who would know
   * @throws AfsException.Interrupted if the thread was
   */
  Optional<Found> resolve(String cell) throws AfsException;
}
