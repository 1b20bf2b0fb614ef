package heddle.afs.callback;

import heddle.afs.auth.Caller;
import heddle.afs.location.CallFailure;
import heddle.afs.location.ClientClock;
import heddle.afs.location.FileServer;
import heddle.afs.location.ServerNetwork;
import heddle.afs.location.ServerTable;
import heddle.rxrpc.CallOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells file servers at the end that they need not keep their promises any more. */
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

  private void giveUp(FileServer server, CountDownLatch left) {
    try {
      network
          .fileServer(
              server.bestAddress(), server.cell(), Caller.anonymous(), CallOptions.within(LIMIT))
          .giveUpAllCallBacks();
    } catch (CallFailure e) {
      LOG.debug("giving promises of {} up: {}", server, e.getMessage());
    } finally {
      left.countDown();
    }
  }
}
