package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.wire.PacketHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Our UDP socket with its epoch: the tables of connections, calls and services, and the two threads.
 */
public final class LocalEndpoint implements AutoCloseable {
  private static final int RX_USER_ABORT = -6;
  private static final int HIGH_BIT = 0x8000_0000; // the epoch is random: connections are found by it
  private static final int SECOND_BIT = 0x4000_0000;

  private final DatagramPort port;
  private final NanoClock clock;
  private final Settings settings;
  private final TimerLoop timers;
  private final ReceiveLoop receiveLoop;
  private final int epoch;
  private final AtomicInteger connectionIds;
  private final AtomicLong debugIds = new AtomicLong();
  private final AtomicInteger waitingForChannel = new AtomicInteger();
  private final Map<Integer, ConnectionDriver> clientConnections = new ConcurrentHashMap<>();
  private final Map<ServiceKey, ConnectionDriver> serviceConnections = new ConcurrentHashMap<>();
  private final Map<Bundle.Key, Bundle> bundles = new ConcurrentHashMap<>();
  private final Map<InetSocketAddress, Peer> peers = new ConcurrentHashMap<>();
  private final Map<Integer, HostedService> services = new ConcurrentHashMap<>();
  private final Set<CallDriver> calls = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedDeque<SendBatch> batches = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /**
   * What an endpoint obeys.
   *
   * @param connectionsPerBundle most wire connections to one service of one peer
   * @param waitingCalls most calls that wait for a channel
   * @param serviceConnections most connections that peers may have here
   */
  public record Settings(
      Limits limits, int connectionsPerBundle, int waitingCalls, int serviceConnections) {}

  /** What finds the connection of a packet that a client sent to us. */
  private record ServiceKey(int epoch, int connectionId, InetSocketAddress peer) {}

  private LocalEndpoint(
      DatagramPort port, NanoClock clock, Settings settings, RandomGenerator random) {
    this.port = port;
    this.clock = clock;
    this.settings = settings;
    this.timers = new TimerLoop(clock);
    this.epoch = (random.nextInt() | HIGH_BIT) & ~SECOND_BIT;
    this.connectionIds = new AtomicInteger(random.nextInt() >>> 2 << 2);
    this.receiveLoop = new ReceiveLoop(this, port, clock);
  }

  /** Opens a UDP socket and starts the threads. */
  public static LocalEndpoint open(
      InetSocketAddress bindAddress, Settings settings, RandomGenerator random)
      throws IOException {
    LocalEndpoint endpoint =
        new LocalEndpoint(UdpPort.open(bindAddress), NanoClock.system(), settings, random);
    int portNumber = endpoint.localAddress().getPort();
    endpoint.timers.start("rx-timer-" + portNumber);
    endpoint.receiveLoop.start("rx-receive-" + portNumber);
    return endpoint;
  }

  /** Makes an endpoint without threads: the owner of {@code port} runs it step by step. */
  static LocalEndpoint simulated(
      DatagramPort port, NanoClock clock, Settings settings, RandomGenerator random) {
    return new LocalEndpoint(port, clock, settings, random);
  }

  // ---- client

  /** Returns the bundle that carries calls to {@code serviceId} of {@code address}. */
  public Bundle bundle(InetSocketAddress address, int serviceId, Security security) {
    return bundles.computeIfAbsent(
        new Bundle.Key(address, serviceId, security),
        key -> new Bundle(key, peer(address), this, settings.connectionsPerBundle()));
  }

  /** Makes a call; it is in the table, and can be aborted, at once. */
  public CallDriver newCall(Bundle bundle, CallTimeouts timeouts) {
    CallDriver call = new CallDriver(Role.CLIENT, this, timeouts);
    calls.add(call);
    call.begin(bundle);
    if (closed) {
      call.closeEndpoint(RX_USER_ABORT);
    }
    return call;
  }

  /** The user has no more use for the call. */
  public void forget(CallDriver call) {
    calls.remove(call);
  }

  ConnectionDriver newClientConnection(Bundle bundle, Bundle.Key key) {
    int id = connectionIds.getAndAdd(ConnectionDriver.CHANNELS);
    ConnectionDriver connection =
        new ConnectionDriver(
            Role.CLIENT,
            new ConnectionDriver.Identity(epoch, id, key.serviceId(), key.security().index()),
            bundle.peer(),
            bundle);
    clientConnections.put(id, connection);
    return connection;
  }

  boolean mayWaitForChannel() {
    if (waitingForChannel.incrementAndGet() > settings.waitingCalls()) {
      waitingForChannel.decrementAndGet();
      return false;
    }
    return true;
  }

  void waitsNoMore() {
    waitingForChannel.decrementAndGet();
  }

  // ---- service

  /**
   * Serves {@code serviceId}.
   *
   * @param consumer gets each incoming call on a virtual thread of its own
   */
  public HostedService serve(int serviceId, Consumer<CallDriver> consumer) {
    HostedService service = new HostedService(serviceId, this, consumer);
    if (services.putIfAbsent(serviceId, service) != null) {
      throw new IllegalStateException("service " + serviceId + " is served already");
    }
    service.start();
    return service;
  }

  void removeService(HostedService service) {
    services.remove(service.serviceId(), service);
  }

  @Nullable HostedService service(int serviceId) {
    return services.get(serviceId);
  }

  // ---- for the receive thread

  @Nullable ConnectionDriver clientConnection(PacketHeader header) {
    return header.epoch() == epoch ? clientConnections.get(header.connectionId()) : null;
  }

  @Nullable ConnectionDriver serviceConnection(PacketHeader header, InetSocketAddress source) {
    return serviceConnections.get(
        new ServiceKey(header.epoch(), header.connectionId(), source));
  }

  /** Returns a new connection for a client's first packet, or null if there are too many. */
  @Nullable ConnectionDriver newServiceConnection(PacketHeader header, InetSocketAddress source) {
    if (closed || serviceConnections.size() >= settings.serviceConnections()) {
      return null;
    }
    ConnectionDriver connection =
        new ConnectionDriver(
            Role.SERVICE,
            new ConnectionDriver.Identity(
                header.epoch(),
                header.connectionId(),
                header.serviceId(),
                header.securityIndex()),
            peer(source),
            null);
    serviceConnections.put(
        new ServiceKey(header.epoch(), header.connectionId(), source), connection);
    return connection;
  }

  void add(CallDriver call) {
    calls.add(call);
  }

  /** Returns the peer at {@code address}. */
  public Peer peer(InetSocketAddress address) {
    return peers.computeIfAbsent(address, key -> new Peer(key, settings.limits()));
  }

  // ---- sending

  SendBatch borrowBatch() {
    SendBatch batch = batches.pollFirst();
    return batch != null ? batch : new SendBatch();
  }

  void returnBatch(SendBatch batch) {
    batches.addFirst(batch);
  }

  /** Sends what is in {@code batch} and empties it. */
  void send(SendBatch batch) {
    if (!batch.isEmpty()) {
      port.send(batch);
      batch.clear();
    }
  }

  // ---- the rest

  long nanoTime() {
    return clock.nanoTime();
  }

  long nextDebugId() {
    return debugIds.incrementAndGet();
  }

  Limits limits() {
    return settings.limits();
  }

  TimerLoop timers() {
    return timers;
  }

  ReceiveLoop receiveLoop() {
    return receiveLoop;
  }

  public InetSocketAddress localAddress() {
    return port.localAddress();
  }

  /** Returns the number of calls in the table. */
  public int callCount() {
    return calls.size();
  }

  /** Aborts every call, wakes every waiter, closes the socket. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    services.values().forEach(HostedService::close);
    for (CallDriver call : calls) {
      call.closeEndpoint(RX_USER_ABORT);
    }
    calls.clear();
    timers.stop();
    port.close();
    receiveLoop.join();
    clientConnections.clear();
    serviceConnections.clear();
    bundles.clear();
  }
}
