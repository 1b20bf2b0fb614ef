package heddle.afs;

import java.util.Collection;
import java.util.Map;

/**
 * Names and numbers that the users of cells have there, as their protection servers tell everybody.
 * Nothing is remembered. Blocks and fails as the operations of {@link AfsClient} do. Thread-safe.
 */
public interface CellUsers {
  /**
   * Returns the names of users and groups by their AFS ids; who does not exist is left out.
   *
   * @throws AfsException.NoSuchCell if the cell is not known
   */
  Map<Integer, String> names(String cell, Collection<Integer> ids) throws AfsException;

  /**
   * Returns the AFS ids of users and groups by their names; who does not exist is left out.
   *
   * @throws AfsException.NoSuchCell if the cell is not known
   */
  Map<String, Integer> ids(String cell, Collection<String> names) throws AfsException;
}
