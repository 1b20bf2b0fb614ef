package heddle.afs.location;

import heddle.afs.AfsException;
import heddle.afs.ServerFacts;
import heddle.afs.rpc.AfsErrorCode;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.thread.WaitingThread;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The volume location servers of one cell. A call goes to the server that answered last; if that
 * fails, to the others in turn. Thread-safe.
 */
final class LocationServers implements WaitingThread.Peer {
  private static final Duration PATIENCE_WITH_OTHERS_LEFT = Duration.ofSeconds(2);
  private static final Duration PATIENCE_WITH_THE_LAST = Duration.ofSeconds(5);
  private static final Duration PAUSE_BETWEEN_ROUNDS = Duration.ofSeconds(1);
  private static final int NONE = -1;

  /** A call to one server. */
  interface Body<T> {
    T call(LocationServerCalls server) throws CallFailure;
  }

  private final String cell;
  private final List<InetSocketAddress> addresses;
  private final ServerNetwork network;
  private final Lifetime lifetime;
  private final AtomicInteger preferred = new AtomicInteger(NONE);
  private final List<ServerAddress> known; // the same servers, as they answered

  LocationServers(
      String cell,
      List<InetSocketAddress> addresses,
      ServerRanks ranks,
      ServerNetwork network,
      Lifetime lifetime) {
    this.cell = cell;
    this.addresses = List.copyOf(addresses);
    this.known = addresses.stream().map(address -> new ServerAddress(address, ranks)).toList();
    this.network = network;
    this.lifetime = lifetime;
  }

  List<InetSocketAddress> addresses() {
    return addresses;
  }

  /** Returns what is known of the servers. */
  List<ServerFacts> facts() {
    return known.stream()
        .map(
            server ->
                new ServerFacts(
                    ServerFacts.Kind.LOCATIONS, cell, state(server), List.of(server.facts())))
        .toList();
  }

  private static ServerFacts.State state(ServerAddress server) {
    if (server.hasFailed()) {
      return ServerFacts.State.DOWN;
    }
    return server.hasAnswered() ? ServerFacts.State.UP : ServerFacts.State.NEW;
  }

  /** Asks all servers whether they are there; blocks until all have answered or failed to. */
  void check() throws AfsException {
    CountDownLatch all = new CountDownLatch(addresses.size());
    probeAll(index -> all.countDown(), all::countDown);
    lifetime.await(all, ServerProber.ANSWER_LIMIT.multipliedBy(2));
  }

  /** Returns the servers in the order in which to ask them: by rank, then from {@code first} on. */
  private List<Integer> order(int first) {
    int count = addresses.size();
    return IntStream.range(0, count)
        .mapToObj(i -> (first + i) % count)
        .sorted(Comparator.comparingInt(index -> known.get(index).givenRank()))
        .toList();
  }

  /**
   * Makes the call; blocks until a server has answered it. A cell that has answered before is given
   * all the time of the request, any other one round.
   *
   * @throws CallFailure if a server refused the call, with the code that it gave
   * @throws AfsException.ServersUnreachable if none answered; names them
   */
  <T> T call(Body<T> body, Request request) throws CallFailure, AfsException {
    if (addresses.isEmpty()) {
      throw new AfsException.NoSuchCell("no volume location server of cell " + cell + " is known");
    }
    WaitingThread.Peer before = WaitingThread.turnTo(this);
    try {
      return rounds(body, request);
    } finally {
      WaitingThread.turnTo(before);
    }
  }

  private <T> T rounds(Body<T> body, Request request) throws CallFailure, AfsException {
    long startNanos = lifetime.clock().nanoTime();
    boolean answeredBefore = preferred.get() != NONE;
    if (!answeredBefore) {
      preferFastest();
    }
    while (true) {
      try {
        return round(body, request);
      } catch (CallFailure e) {
        if (!isWorthAnother(e)) {
          throw e;
        }
        long nowNanos = lifetime.clock().nanoTime();
        Duration left = request.remaining(nowNanos);
        if (!answeredBefore || left.compareTo(PAUSE_BETWEEN_ROUNDS) <= 0) {
          throw e.toAfsException("asking " + this, Duration.ofNanos(nowNanos - startNanos));
        }
      }
      lifetime.pause(PAUSE_BETWEEN_ROUNDS);
    }
  }

  private <T> T round(Body<T> body, Request request) throws CallFailure, AfsException {
    int first = Math.max(0, preferred.get());
    CallFailure last = CallFailure.of(CallFailure.Kind.SILENT, "none was tried");
    int left = addresses.size();
    for (int index : order(first)) {
      lifetime.check();
      left--;
      try {
        T result = body.call(calls(index, request, left > 0));
        answered(index);
        return result;
      } catch (CallFailure e) {
        if (!isWorthAnother(e)) {
          if (e.serverAnswered()) {
            answered(index);
          }
          throw e;
        }
        known.get(index).failed();
        last = e;
      }
    }
    throw last;
  }

  private void answered(int index) {
    preferred.set(index);
    known.get(index).answered();
  }

  private LocationServerCalls calls(int index, Request request, boolean othersLeft)
      throws AfsException {
    Duration left = request.remaining(lifetime.clock().nanoTime());
    if (left.isZero()) {
      throw new AfsException.ServersUnreachable("no time left to ask " + this);
    }
    Duration patience = othersLeft ? PATIENCE_WITH_OTHERS_LEFT : PATIENCE_WITH_THE_LAST;
    return network.locationServer(
        addresses.get(index), CallOptions.within(left).withNormalTimeout(patience));
  }

  private static boolean isWorthAnother(CallFailure e) {
    return switch (e.kind()) {
      case SILENT, UNREACHABLE, BUSY, MALFORMED -> true;
      case CLOSED, INTERRUPTED, LOCAL -> false;
      case ABORTED ->
          switch (AfsErrorCode.kind(e.abortCode())) {
            case DATABASE_UNAVAILABLE, VOLUME_BUSY, SERVER_FAILURE -> true;
            default -> false;
          };
    };
  }

  /** Asks all servers at once whether they are there; blocks for the first answer. */
  private void preferFastest() throws AfsException {
    if (addresses.size() == 1) {
      return;
    }
    CountDownLatch decided = new CountDownLatch(1);
    AtomicInteger left = new AtomicInteger(addresses.size());
    probeAll(
        index -> {
          preferred.compareAndSet(NONE, index);
          decided.countDown();
        },
        () -> {
          if (left.decrementAndGet() == 0) {
            decided.countDown(); // nobody is there
          }
        });
    lifetime.await(decided, ServerProber.ANSWER_LIMIT);
  }

  /**
   * Asks all servers at once whether they are there, each on a thread of its own.
   *
   * @param answered is told the index of each that answers
   * @param failed is told of each that does not
   */
  private void probeAll(IntConsumer answered, Runnable failed) {
    for (int i = 0; i < addresses.size(); i++) {
      int index = i;
      Thread.ofVirtual()
          .name("heddle-probe-" + addresses.get(index))
          .start(
              () -> {
                if (probe(index)) {
                  answered.accept(index);
                } else {
                  failed.run();
                }
              });
    }
  }

  private boolean probe(int index) {
    CallOptions options =
        CallOptions.within(ServerProber.ANSWER_LIMIT).withNormalTimeout(ServerProber.ANSWER_LIMIT);
    long startNanos = lifetime.clock().nanoTime();
    try {
      network.locationServer(addresses.get(index), options).probe();
    } catch (CallFailure e) {
      if (!e.serverAnswered()) {
        if (e.kind() != CallFailure.Kind.CLOSED) {
          known.get(index).failed();
        }
        return false;
      }
    }
    known.get(index).answeredAfter(lifetime.clock().nanoTime() - startNanos);
    return true;
  }

  @Override
  public boolean isSilent() {
    return known.stream().allMatch(ServerAddress::hasFailed);
  }

  /** Returns the servers as a log line names them. */
  @Override
  public String toString() {
    return "volume location servers "
        + addresses.stream()
            .map(address -> address.getAddress().getHostAddress())
            .collect(Collectors.joining(","))
        + " of cell "
        + cell;
  }
}
