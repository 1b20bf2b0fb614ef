package heddle.afs.location;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.ErrorKind;
import heddle.rxrpc.CallOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Asks file servers for their capabilities: all addresses of a server at once, each on a virtual
 * thread of its own. Thread-safe.
 *
 * <p>That is done at first contact; every few seconds for servers that are down, so that they are
 * used again soon after they are back; and every half minute for all others, for an answer brings
 * the breaks with it that a server could not deliver while the network between was cut. A server
 * that cannot deliver them even then, for its calls do not reach us though its answers do, refuses
 * to answer; so whoever believes its promises is told.
 */
public final class ServerProber {
  /** How long an address may take to answer. */
  static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

  private static final Duration ROUND = Duration.ofSeconds(3);
  private static final int ROUNDS_BETWEEN_ALL = 10;

  /** How long a server that is down may take, if there are signs of life: it may try to call us. */
  private static final Duration LATE_ANSWER_LIMIT = Duration.ofSeconds(20);

  private static final CallOptions OPTIONS =
      CallOptions.within(ANSWER_LIMIT).withNormalTimeout(ANSWER_LIMIT);
  private static final CallOptions PATIENT =
      CallOptions.within(LATE_ANSWER_LIMIT).withNormalTimeout(ANSWER_LIMIT);

  private final ServerNetwork network;
  private final ServerTable servers;
  private final Lifetime lifetime;
  private final Consumer<FileServer> refusals;
  private final ConcurrentHashMap<FileServer, Probe> running = new ConcurrentHashMap<>();

  /** One probing of one server: released at the first answer, or when all have failed. */
  private static final class Probe {
    final CountDownLatch decided = new CountDownLatch(1);
    final CountDownLatch finished = new CountDownLatch(1);
    final AtomicInteger left;
    volatile boolean answered;

    Probe(int addresses) {
      left = new AtomicInteger(addresses);
    }
  }

  /**
   * Probes nothing until it is asked to or {@link #startRounds started}.
   *
   * @param refusals is told which server answered, but did not want to: it may owe us breaks
   */
  public ServerProber(
      ServerNetwork network,
      ServerTable servers,
      Lifetime lifetime,
      Consumer<FileServer> refusals) {
    this.network = network;
    this.servers = servers;
    this.lifetime = lifetime;
    this.refusals = refusals;
  }

  /** Begins to probe in the background, until the end of the client's lifetime. */
  public void startRounds() {
    var rounds = new AtomicInteger();
    lifetime.repeat("heddle-probe-rounds", ROUND, () -> probeRound(rounds.incrementAndGet()));
  }

  /** Starts the probes of one round; waits for none. */
  void probeRound(int round) {
    boolean all = round % ROUNDS_BETWEEN_ALL == 0;
    for (FileServer server : servers.all()) {
      boolean due =
          switch (server.state()) {
            case DOWN -> true;
            case UP -> all;
            case NEW -> false;
          };
      if (due) {
        start(server);
      }
    }
  }

  /**
   * Makes first contact if there was none: blocks until one address has answered, or all have
   * failed, or the time for that is over.
   */
  void contact(FileServer server) throws AfsException {
    if (server.state() == FileServer.State.NEW) {
      lifetime.await(start(server).decided, ANSWER_LIMIT);
    }
  }

  /** Asks servers whether they are there; blocks until all have answered or failed to. */
  public void check(List<FileServer> wanted) throws AfsException {
    List<Probe> probes = wanted.stream().map(this::start).toList();
    for (Probe probe : probes) {
      lifetime.await(probe.finished, ANSWER_LIMIT.multipliedBy(2));
    }
  }

  /** Waits for the probe of {@code server} that runs, if one does. */
  void awaitQuiet(FileServer server) throws AfsException {
    Probe probe = running.get(server);
    if (probe != null) {
      lifetime.await(probe.finished, ANSWER_LIMIT);
    }
  }

  /** Returns the probe that runs, or starts one. */
  private Probe start(FileServer server) {
    List<ServerAddress> addresses = server.addresses();
    Probe mine = new Probe(addresses.size());
    Probe other = running.putIfAbsent(server, mine);
    if (other != null) {
      return other;
    }
    if (addresses.isEmpty()) {
      finish(server, mine, "no address is known");
    }
    for (ServerAddress address : addresses) {
      Thread.ofVirtual().name("heddle-probe-" + address).start(() -> probe(server, address, mine));
    }
    return mine;
  }

  private void probe(FileServer server, ServerAddress address, Probe probe) {
    String failure = "unexpected failure";
    long startNanos = lifetime.clock().nanoTime();
    try {
      askCapabilities(server, address);
      long nowNanos = lifetime.clock().nanoTime();
      address.answeredAfter(nowNanos - startNanos);
      server.answered(nowNanos);
      probe.answered = true;
      probe.decided.countDown();
    } catch (CallFailure e) {
      failure = Silence.text(e, Duration.ofNanos(lifetime.clock().nanoTime() - startNanos));
      if (e.kind() != CallFailure.Kind.CLOSED) {
        address.failed();
      }
    } finally {
      if (probe.left.decrementAndGet() == 0) {
        finish(server, probe, failure);
      }
    }
  }

  private void askCapabilities(FileServer server, ServerAddress address) throws CallFailure {
    CallOptions options = server.state() == FileServer.State.DOWN ? PATIENT : OPTIONS;
    try {
      server.learn(
          network
              .fileServer(address.socketAddress(), server.cell(), Caller.anonymous(), options)
              .getCapabilities());
    } catch (CallFailure e) {
      boolean old =
          e.serverAnswered() && AfsErrorCode.kind(e.abortCode()) == ErrorKind.NOT_SUPPORTED;
      if (old) {
        server.learn(new Capabilities(0));
      } else if (e.isAbort()) {
        refusals.accept(server);
      }
      if (!e.serverAnswered()) {
        throw e;
      }
    }
  }

  private void finish(FileServer server, Probe probe, String failure) {
    running.remove(server, probe);
    if (!probe.answered
        && !lifetime.isOver()
        && server.addresses().stream().allMatch(ServerAddress::hasFailed)) {
      server.silent(lifetime.clock().nanoTime(), failure);
    }
    probe.decided.countDown();
    probe.finished.countDown();
  }
}
