package heddle.afs;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What is the same for all files and callers of a client, and can be looked at and changed while it
 * runs. Thread-safe.
 */
public interface ClientSettings {
  /** Returns the cells, those found in DNS so far included. */
  CellFacts cells();

  /** Returns the servers that the client has heard of. Never blocks. */
  List<ServerFacts> servers();

  /**
   * Asks servers whether they are there; blocks until each has answered or failed to, some seconds
   * at most. Returns the servers as they are then.
   *
   * @param cell whose servers to ask; those of all cells if it is empty
   * @throws AfsException.NoSuchCell if it is not known
   */
  List<ServerFacts> checkServers(Optional<String> cell) throws AfsException;

  /**
   * Gives an address of servers of that kind a rank, known or not.
   *
   * @throws IllegalArgumentException if it is no rank
   */
  void setRank(ServerFacts.Kind kind, InetAddress address, int rank);

  /** Returns what {@code @sys} stands for. */
  List<String> systemNames();

  /** Has {@code @sys} stand for the first of these that exists. */
  void setSystemNames(List<String> names);
}
