package heddle.afs.callback;

import heddle.afs.auth.Caller;
import heddle.afs.location.CallFailure;
import heddle.afs.location.ClientClock;
import heddle.afs.location.FileServer;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.ServerNetwork;
import heddle.afs.location.ServerTable;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.CallOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells file servers that they need not keep promises any more: some, or at the end all. */
public final class PromiseReturn {
  private static final Logger LOG = LoggerFactory.getLogger(PromiseReturn.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final CallbackTable table;
  private final ServerTable servers;
  private final ServerNetwork network;
  private final ClientClock clock;

  /** Returns what {@code table} knows of to {@code servers}. */
  public PromiseReturn(
      CallbackTable table, ServerTable servers, ServerNetwork network, ClientClock clock) {
    this.table = table;
    this.servers = servers;
    this.network = network;
    this.clock = clock;
  }

  /**
   * Tells all servers that have promised something and are not down, at the same time; blocks for
   * their answers, 2 s at most. Without it they would find out when they break a promise, and the
   * one who writes would have to wait for that.
   */
  public void giveUpAll() {
    List<FileServer> promising =
        servers.all().stream()
            .filter(server -> server.state() == FileServer.State.UP)
            .filter(server -> table.hasPromised(server.uuid()))
            .toList();
    CountDownLatch left = new CountDownLatch(promising.size());
    for (FileServer server : promising) {
      Thread.ofVirtual().name("heddle-give-up").start(() -> giveUp(server, left));
    }
    try {
      if (!clock.await(left, LIMIT)) {
        LOG.info("not all servers took their promises back in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing goes on, only faster
    }
  }

  /**
   * Tells a server that some of its promises are not needed any more; blocks for its answer, 2 s at
   * most.
   *
   * @return whether it was told; not if it is down
   * @throws CallFailure if there is no answer
   */
  public boolean giveUp(UUID server, List<WireFid> fids) throws CallFailure {
    Optional<FileServer> known =
        servers.byUuid(server).filter(each -> each.state() == FileServer.State.UP);
    if (known.isPresent()) {
      calls(known.get()).giveUpCallBacks(fids);
    }
    return known.isPresent();
  }

  private FileServerCalls calls(FileServer server) {
    return network.fileServer(
        server.bestAddress(), server.cell(), Caller.anonymous(), CallOptions.within(LIMIT));
  }

  private void giveUp(FileServer server, CountDownLatch left) {
    try {
      calls(server).giveUpAllCallBacks();
    } catch (CallFailure e) {
      LOG.debug("giving promises of {} up: {}", server, e.getMessage());
    } finally {
      left.countDown();
    }
  }
}
