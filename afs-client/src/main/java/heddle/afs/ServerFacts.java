package heddle.afs;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A server that a client has heard of.
 *
 * @param kind what it serves
 * @param cell its cell
 * @param state whether it answers
 * @param addresses its addresses; a volume location server has one
 */
public record ServerFacts(Kind kind, String cell, State state, List<Address> addresses) {
  /** What a server serves. */
  public enum Kind {
    FILES,
    LOCATIONS
  }

  /** Whether a server answers. */
  public enum State {
    /** Never spoken to. */
    NEW,
    UP,
    DOWN
  }

  /**
   * An address of a server.
   *
   * @param address the address
   * @param rank the lowest is asked first
   * @param answerNanos how long it took to answer the last probe, if it ever did
   */
  public record Address(InetAddress address, int rank, Optional<Long> answerNanos) {}

  /** Copies what was given. */
  public ServerFacts {
    addresses = List.copyOf(addresses);
  }
}
