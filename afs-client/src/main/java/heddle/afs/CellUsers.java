package heddle.afs;

import heddle.afs.auth.Caller;
import java.util.Collection;
import java.util.Map;

/**
 * Names and numbers that the users of cells have there, as their protection servers tell. What a
 * caller with a token for the cell is told is protected as all its calls are; any other answer may
 * be forged by who is on the way to the servers. Nothing is remembered. Blocks and fails as the
 * operations of {@link AfsClient} do. Thread-safe.
 */
public interface CellUsers {
  /**
   * Returns the names of users and groups by their AFS ids; who does not exist is left out.
   *
   * @throws AfsException.NoSuchCell if the cell is not known
   */
  Map<Integer, String> names(Caller caller, String cell, Collection<Integer> ids)
      throws AfsException;

  /**
   * Returns the AFS ids of users and groups by their names; who does not exist is left out.
   *
   * @throws AfsException.NoSuchCell if the cell is not known
   */
  Map<String, Integer> ids(Caller caller, String cell, Collection<String> names)
      throws AfsException;
}
