package heddle.rxrpc;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.trace.EndpointSnapshot;
import heddle.rxrpc.trace.Tracer;
import heddle.rxrpc.transport.EndpointSettings;
import heddle.rxrpc.transport.HostedService;
import heddle.rxrpc.transport.LocalEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * One local UDP socket that speaks Rx: makes calls and serves calls. Thread-safe.
 *
 * <pre>{@code
 * try (Endpoint endpoint = Endpoint.open();
 *     Connection vl = endpoint.connect(server, 52, Security.none());
 *     Call call = vl.newCall(CallOptions.within(Duration.ofSeconds(10)))) {
 *   call.send(request);
 *   call.read(reply);
 * }
 * }</pre>
 *
 * <p>It has one receive thread and one timer thread; everything that waits, waits on the user's own
 * thread, which may well be virtual.
 *
 * <p>Protocol source: rx-spec.txt.
 */
public final class Endpoint implements AutoCloseable {
  private final LocalEndpoint local;
  private final EndpointConfig config;

  private Endpoint(LocalEndpoint local, EndpointConfig config) {
    this.local = local;
    this.config = config;
  }

  /**
   * Opens an endpoint on any free port with the default configuration.
   *
   * @throws IOException if there is no socket to be had
   */
  public static Endpoint open() throws IOException {
    return open(EndpointConfig.DEFAULT);
  }

  /**
   * Opens an endpoint.
   *
   * @throws java.net.BindException if the address or port is taken or not ours
   * @throws IOException if there is no socket to be had
   */
  public static Endpoint open(EndpointConfig config) throws IOException {
    EndpointSettings settings =
        new EndpointSettings(
            Limits.DEFAULT.withJumboPackets(config.jumboPackets()),
            config.connectionsPerBundle(),
            config.waitingCalls(),
            config.serviceConnections(),
            new EndpointSettings.Expiry(
                config.clientExpiry().toNanos(),
                config.crowdedExpiry().toNanos(),
                config.crowd(),
                config.serviceExpiry().toNanos()),
            config.natKeepAlive().toNanos(),
            config.diagnosis(),
            "heddle-rxrpc " + version(),
            config.receiveBudgetBytes());
    LocalEndpoint local = LocalEndpoint.open(config.bindAddress(), settings, new SecureRandom());
    try {
      local.trace(tracer(config, local.localAddress().getPort()));
    } catch (IOException | RuntimeException e) {
      local.close();
      throw e;
    }
    return new Endpoint(local, config);
  }

  private static Tracer tracer(EndpointConfig config, int port) throws IOException {
    String words = System.getProperty(PropertyTracer.NAME, "");
    return words.isBlank()
        ? config.tracer()
        : Tracer.of(config.tracer(), PropertyTracer.of(words, port, System.err::println));
  }

  private static String version() {
    return Optional.ofNullable(Endpoint.class.getPackage().getImplementationVersion())
        .orElse("(not built by Maven)");
  }

  /**
   * Returns everything that there is now: calls, connections, bundles, peers, services, counters.
   * Each row is consistent in itself. Takes no lock of a call, and stops nobody.
   */
  public EndpointSnapshot snapshot() {
    return local.snapshot();
  }

  /**
   * From now on {@code tracer} is told what happens, instead of the one of {@link EndpointConfig}.
   * Of calls that have a channel already it is told only of packets and the end.
   */
  public void trace(Tracer tracer) {
    local.trace(tracer);
  }

  /** Returns the address that the socket is bound to. */
  public InetSocketAddress localAddress() {
    return local.localAddress();
  }

  /**
   * Returns a handle on calls to a service of {@code peer}; sends nothing and never blocks.
   *
   * @throws IllegalArgumentException if the address is unresolved, or {@code security} protects
   *     less than {@link EndpointConfig#leastLevel} demands
   */
  public Connection connect(InetSocketAddress peer, int serviceId, Security security) {
    if (peer.isUnresolved()) {
      throw new IllegalArgumentException("address was not resolved: " + peer);
    }
    config.leastLevel().ifPresent(floor -> requireLevel(security, floor));
    return new Connection(local, config, local.acquireBundle(peer, serviceId, security));
  }

  private static void requireLevel(Security security, RxkadLevel floor) {
    boolean enough = security instanceof Rxkad rxkad && rxkad.level().isAtLeast(floor);
    if (!enough) {
      throw new IllegalArgumentException(
          "this endpoint makes calls at level " + floor + " or above, not with " + security);
    }
  }

  /**
   * Serves {@code serviceId}: each incoming call runs {@code handler} on a virtual thread of its
   * own.
   *
   * @throws IllegalStateException if the service ID is served already, or the endpoint closed
   */
  public Service serve(int serviceId, CallHandler handler) {
    return serve(serviceId, ServiceOptions.DEFAULT, handler);
  }

  /**
   * Serves {@code serviceId}: each incoming call runs {@code handler} on a virtual thread of its
   * own.
   *
   * @throws IllegalStateException if the service ID is served already, or the endpoint closed
   */
  public Service serve(int serviceId, ServiceOptions options, CallHandler handler) {
    return new Service(
        local.serve(serviceId, hosted(options), call -> ServiceCall.run(call, handler)));
  }

  /**
   * Hosts {@code serviceId} for a user who takes the calls with {@link Service#accept}.
   *
   * @throws IllegalStateException if the service ID is served already, or the endpoint closed
   */
  public Service listen(int serviceId, ServiceOptions options) {
    return new Service(local.listen(serviceId, hosted(options)));
  }

  private HostedService.Options hosted(ServiceOptions options) {
    return new HostedService.Options(
        options.backlog(),
        options.maxActive(),
        options.maxActivePerPeer(),
        switch (options.charging()) {
          case AUTOMATIC -> HostedService.Charging.AUTOMATIC;
          case BY_USER -> HostedService.Charging.BY_USER;
        },
        new CallTimeouts(0, config.idleTimeout().toNanos(), config.normalTimeout().toNanos()),
        options.upgrade().orElse(HostedService.NO_UPGRADE),
        options.securities());
  }

  /**
   * Aborts every call, wakes every waiter with {@link EndpointClosedException}, closes the socket.
   * Returns when the receive thread has ended.
   */
  @Override
  public void close() {
    local.close();
  }

  /** Returns what must become unreachable when this is closed. */
  Object localForTests() {
    return local;
  }

  @Override
  public String toString() {
    return "endpoint " + localAddress();
  }
}
