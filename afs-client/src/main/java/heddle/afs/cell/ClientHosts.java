package heddle.afs.cell;

import heddle.afs.rpc.CallbackService;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.security.Security;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The clients of the file server by the address that they call from; those that have not called for
 * the longest time are forgotten where there are too many. Thread-safe.
 */
final class ClientHosts {
  private static final int MAX_HOSTS = 20_000;
  private static final float LOAD = 0.75f;

  private final Endpoint endpoint;
  private final UUID server;
  private final PromiseTable promises;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<InetSocketAddress, ClientHost> hosts =
      new LinkedHashMap<>(16, LOAD, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, ClientHost> eldest) {
          if (size() <= MAX_HOSTS) {
            return false;
          }
          ClientHost host = eldest.getValue();
          host.lose(() -> promises.giveUpAll(host));
          return true;
        }
      };

  /** Calls clients from {@code endpoint}, the one that they call. */
  ClientHosts(Endpoint endpoint, UUID server, PromiseTable promises) {
    this.endpoint = endpoint;
    this.server = server;
    this.promises = promises;
  }

  /** Returns the client that calls from there, which may not be known yet. */
  ClientHost host(InetSocketAddress address) {
    lock.lock();
    try {
      return hosts.computeIfAbsent(address, this::newHost);
    } finally {
      lock.unlock();
    }
  }

  private ClientHost newHost(InetSocketAddress address) {
    return new ClientHost(
        address,
        server,
        () -> endpoint.connect(address, CallbackService.SERVICE_ID, Security.none()));
  }
}
