package heddle.afs.location;

import heddle.afs.Preferences;
import heddle.afs.ServerFacts;
import heddle.afs.rpc.Capabilities;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file server: who it is, where it is, and whether it answers. Thread-safe.
 *
 * <p>It is down from the first call that it did not answer on any address until it answers one;
 * each of the two is logged once.
 */
public final class FileServer {
  /** Whether the server answers. */
  public enum State {
    /** Never spoken to. */
    NEW,
    UP,
    DOWN
  }

  private record Condition(State state, long sinceNanos) {}

  private static final Logger LOG = LoggerFactory.getLogger(FileServer.class);

  private final String cell;
  private final UUID uuid;
  private final ServerRanks ranks;
  private final ReentrantLock changing = new ReentrantLock(); // guards changes of condition
  private volatile Condition condition = new Condition(State.NEW, 0);
  private volatile int uniquifier;
  private volatile List<ServerAddress> addresses = List.of();
  private volatile Capabilities capabilities = new Capabilities(Capabilities.FILES_64_BIT);

  FileServer(String cell, UUID uuid, ServerRanks ranks) {
    this.cell = cell;
    this.uuid = uuid;
    this.ranks = ranks;
  }

  /** Returns the cell that the server belongs to. */
  public String cell() {
    return cell;
  }

  /** Returns the UUID; one made from the address for servers that have none. */
  public UUID uuid() {
    return uuid;
  }

  /** Returns whether the server answers, as far as is known. */
  public State state() {
    return condition.state();
  }

  /** Returns for how long the server has been down; zero if it is not. */
  long downNanos(long nowNanos) {
    Condition now = condition;
    return now.state() == State.DOWN ? nowNanos - now.sinceNanos() : 0;
  }

  /** Returns whether the server said it can do all of {@code wanted}. */
  public boolean can(int wanted) {
    return capabilities.contains(wanted);
  }

  /** Returns whether addresses are known and of that registration. */
  boolean isRegisteredAs(int wantedUniquifier) {
    return !addresses.isEmpty() && uniquifier == wantedUniquifier;
  }

  /** Takes the addresses of a registration; what was known of those that stay is kept. */
  void register(int newUniquifier, List<InetSocketAddress> newAddresses) {
    List<ServerAddress> old = addresses;
    addresses =
        newAddresses.stream()
            .map(address -> find(old, address).orElseGet(() -> new ServerAddress(address, ranks)))
            .toList();
    uniquifier = newUniquifier;
  }

  private static Optional<ServerAddress> find(List<ServerAddress> among, InetSocketAddress wanted) {
    return among.stream().filter(known -> known.socketAddress().equals(wanted)).findFirst();
  }

  List<ServerAddress> addresses() {
    return addresses;
  }

  boolean hasAddress(InetSocketAddress address) {
    return find(addresses, address).isPresent();
  }

  /** Returns the addresses, best first: those that did not fail, by rank, by time to answer. */
  List<ServerAddress> addressesInOrder() {
    List<ServerAddress> known = addresses;
    if (known.size() <= 1) {
      return known;
    }
    return known.stream()
        .sorted(
            Comparator.comparing(ServerAddress::hasFailed)
                .thenComparingInt(ServerAddress::rank)
                .thenComparingLong(ServerAddress::answerNanos))
        .toList();
  }

  /** Returns the address that answers best; the server must have one. */
  public InetSocketAddress bestAddress() {
    return addressesInOrder().getFirst().socketAddress();
  }

  /** Returns the address that answers best, if any is known. */
  public Optional<InetSocketAddress> address() {
    return addressesInOrder().stream().map(ServerAddress::socketAddress).findFirst();
  }

  /** Returns the time the best address took to answer a probe; the greatest value if none did. */
  long answerNanos() {
    return addresses.stream().mapToLong(ServerAddress::answerNanos).min().orElse(Long.MAX_VALUE);
  }

  /** Returns whether somebody gave the address that would be asked a rank. */
  boolean isRanked() {
    return addressesInOrder().stream().limit(1).anyMatch(ServerAddress::isRanked);
  }

  /** Returns the rank of the address that would be asked; the greatest if none is known. */
  int rank() {
    return addressesInOrder().stream()
        .mapToInt(ServerAddress::rank)
        .findFirst()
        .orElse(Preferences.MAX_RANK);
  }

  /** Returns what is known of the server. */
  public ServerFacts facts() {
    return new ServerFacts(
        ServerFacts.Kind.FILES,
        cell,
        switch (state()) {
          case NEW -> ServerFacts.State.NEW;
          case UP -> ServerFacts.State.UP;
          case DOWN -> ServerFacts.State.DOWN;
        },
        addresses.stream().map(ServerAddress::facts).toList());
  }

  void learn(Capabilities told) {
    capabilities = told;
  }

  /** The server answered, whatever it said. */
  void answered(long nowNanos) {
    if (change(State.UP, nowNanos) == State.DOWN) {
      LOG.info("{} answers again", this);
    }
  }

  /** No address of the server answered. */
  void silent(long nowNanos, String why) {
    if (change(State.DOWN, nowNanos) != State.DOWN) {
      LOG.warn("{} is taken to be down: {}", this, why);
    }
  }

  /** Returns the state before. */
  private State change(State state, long nowNanos) {
    changing.lock();
    try {
      State before = condition.state();
      if (before != state) {
        condition = new Condition(state, nowNanos);
      }
      return before;
    } finally {
      changing.unlock();
    }
  }

  /** Returns the server as a log line names it. */
  @Override
  public String toString() {
    return "file server "
        + addresses.stream().map(ServerAddress::toString).collect(Collectors.joining(","))
        + " of cell "
        + cell;
  }
}
