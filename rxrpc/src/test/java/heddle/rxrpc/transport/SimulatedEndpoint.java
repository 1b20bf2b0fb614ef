package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.SimulatedClock;
import heddle.rxrpc.testkit.SimulatedNetwork;
import heddle.rxrpc.testkit.SimulatedPort;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A whole endpoint without threads: whoever runs the simulation lets it receive and lets its timers
 * fire. Not thread-safe.
 */
public final class SimulatedEndpoint implements AutoCloseable {
  private static final int BATCH_BYTES = 512 * 1024;

  /** One is enough for all endpoints of a thread: it is only in use while a batch is processed. */
  private static final ThreadLocal<ReceiveBatch> BATCH =
      ThreadLocal.withInitial(() -> new ReceiveBatch(BATCH_BYTES));

  private final LocalEndpoint endpoint;
  private final SimulatedPort port;
  private final ReceiveBatch batch = BATCH.get();
  private final List<Peer> peers = new ArrayList<>(); // or the garbage collector has a say

  /** Opens an endpoint at {@code address}. */
  public SimulatedEndpoint(
      SimulatedNetwork network,
      SimulatedClock clock,
      InetSocketAddress address,
      EndpointSettings settings,
      RandomGenerator random) {
    port = network.open(address);
    endpoint = LocalEndpoint.simulated(port, clock, settings, random);
  }

  /** Returns the port. */
  public SimulatedPort port() {
    return port;
  }

  /** Takes what has arrived; returns whether there was anything. */
  public boolean receive() {
    boolean any = false;
    while (port.hasArrivals()) {
      port.receive(batch);
      endpoint.receiveLoop().process(batch);
      any = true;
    }
    return any;
  }

  /** Fires the timers that are due; returns the next deadline, or {@link Long#MAX_VALUE}. */
  public long fireTimers() {
    return endpoint.timers().fireDue();
  }

  /** Hosts a service; the simulation accepts its calls. */
  public HostedService listen(int serviceId, HostedService.Options options) {
    return endpoint.listen(serviceId, options);
  }

  /** Returns the bundle for calls to a service. */
  public Bundle bundle(InetSocketAddress address, int serviceId) {
    return bundle(address, serviceId, Upgrade.NONE);
  }

  /** Returns the bundle for calls to a service. */
  public Bundle bundle(InetSocketAddress address, int serviceId, Upgrade upgrade) {
    return bundle(address, serviceId, Security.none(), upgrade);
  }

  /** Returns the bundle for calls to a service. */
  public Bundle bundle(
      InetSocketAddress address, int serviceId, Security security, Upgrade upgrade) {
    peers.add(endpoint.peer(address));
    return endpoint.acquireBundle(address, serviceId, security, upgrade);
  }

  /** Makes a call that shares its wire connection. */
  public CallDriver newCall(Bundle bundle, CallTimeouts timeouts) {
    return newCall(bundle, timeouts, LocalEndpoint.Sharing.SHARED);
  }

  /** Makes a call. */
  public CallDriver newCall(Bundle bundle, CallTimeouts timeouts, LocalEndpoint.Sharing sharing) {
    return endpoint.newCall(bundle, timeouts, sharing, 0);
  }

  /** Returns the endpoint. */
  public LocalEndpoint local() {
    return endpoint;
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
