package heddle.rxrpc.transport;

import com.github.benmanes.caffeine.cache.Cache;
import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.trace.EndpointSnapshot;
import heddle.rxrpc.trace.EndpointStatistics;
import heddle.rxrpc.trace.PeerSnapshot;
import heddle.rxrpc.trace.Tracer;
import heddle.rxrpc.wire.PacketHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Our UDP socket with its epoch: the tables of connections, calls and services, and the two
 * threads.
 */
public final class LocalEndpoint implements AutoCloseable {
  private static final int HIGH_BIT =
      0x8000_0000; // the epoch is random: connections are found by it
  private static final int SECOND_BIT = 0x4000_0000;

  private final DatagramPort port;
  private final NanoClock clock;
  private final EndpointSettings settings;
  private final TimerLoop timers;
  private final ReceiveLoop receiveLoop;
  private final Receiver receiver;
  private final Sender sender;
  private final int epoch;
  private final AtomicLong debugIds = new AtomicLong();
  private final AtomicInteger waitingForChannel = new AtomicInteger();
  private final ConnectionCache cache;
  private final ServiceConnections serviceConnections;
  private final Cache<InetSocketAddress, Peer> peers = ConnectionCache.peers();
  private final Reaper reaper;
  private final EndpointObserver observer;
  private final DebugResponder responder;
  private final NatKeepAlive natKeepAlive;
  private final CallTable calls = new CallTable();
  private final EndpointLink link = new EndpointLink(this);
  private final HostedServices services = new HostedServices(link);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ReceiveBudget receiveBudget;
  private final Lender lender = new Lender();
  private final Executor aside;
  private final Strangers strangers = new Strangers();

  /**
   * What differs where there are no threads.
   *
   * @param memory of batches
   * @param aside runs what takes too long for the receive thread
   */
  private record Threads(IntFunction<ByteBuffer> memory, Executor aside) {}

  private LocalEndpoint(
      DatagramPort port,
      NanoClock clock,
      EndpointSettings settings,
      RandomGenerator random,
      Threads threads) {
    this.aside = threads.aside;
    this.port = port;
    this.clock = clock;
    this.settings = settings;
    this.receiveBudget = new ReceiveBudget(settings.receiveBudgetBytes());
    this.timers = new TimerLoop(clock);
    this.epoch = (random.nextInt() | HIGH_BIT) & ~SECOND_BIT;
    this.cache = new ConnectionCache(random.nextInt() >>> 2);
    this.serviceConnections =
        new ServiceConnections(settings.serviceConnections(), new FirstSerials(random));
    this.reaper = new Reaper(this, settings.expiry(), cache, serviceConnections);
    this.observer = new EndpointObserver(clock, port.localAddress(), this::snapshot);
    this.sender = new Sender(this, port, observer, threads.memory);
    this.responder = new DebugResponder(this, settings.diagnosis(), settings.version());
    this.natKeepAlive = new NatKeepAlive(this, settings.natKeepAliveNanos());
    this.receiveLoop = new ReceiveLoop(this, clock, random.nextInt());
    int processors = Runtime.getRuntime().availableProcessors();
    this.receiver = new Receiver(port, clock, receiveLoop, sender.outbox(), processors);
    port.onError(new PathErrors(this));
  }

  /** Opens a UDP socket and starts the threads. */
  public static LocalEndpoint open(
      InetSocketAddress bindAddress, EndpointSettings settings, RandomGenerator random)
      throws IOException {
    DatagramPort port = DatagramPorts.open(bindAddress);
    return over(port, port.prefersLargePackets() ? settings.withLargePackets() : settings, random);
  }

  /** Starts the threads over a port that is open; it is closed with the endpoint. */
  static LocalEndpoint over(DatagramPort port, EndpointSettings settings, RandomGenerator random) {
    LocalEndpoint endpoint =
        new LocalEndpoint(
            port,
            NanoClock.system(),
            settings,
            random,
            new Threads(ByteBuffer::allocateDirect, Thread::startVirtualThread));
    int portNumber = endpoint.localAddress().getPort();
    endpoint.timers.start("rx-timer-" + portNumber);
    endpoint.receiver.start("rx-receive-" + portNumber);
    return endpoint;
  }

  /**
   * Makes an endpoint without threads: the owner of {@code port} runs it step by step. Its memory
   * for datagrams is on the heap, since there will be many such endpoints, each for a short time.
   */
  static LocalEndpoint simulated(
      DatagramPort port, NanoClock clock, EndpointSettings settings, RandomGenerator random) {
    return simulated(port, clock, settings, random, ByteBuffer::allocate);
  }

  /**
   * The same where {@code memory} for datagrams comes from the owner.
   *
   * @param memory gives as many bytes as it is asked for
   */
  static LocalEndpoint simulated(
      DatagramPort port,
      NanoClock clock,
      EndpointSettings settings,
      RandomGenerator random,
      IntFunction<ByteBuffer> memory) {
    return new LocalEndpoint(port, clock, settings, random, new Threads(memory, Runnable::run));
  }

  // ---- client

  /** Returns the bundle that carries such calls, held once more; the caller releases it. */
  public Bundle acquireBundle(InetSocketAddress address, int serviceId, Security security) {
    return acquireBundle(address, serviceId, security, Upgrade.NONE);
  }

  /** Returns the bundle that carries such calls, held once more; the caller releases it. */
  public Bundle acquireBundle(
      InetSocketAddress address, int serviceId, Security security, Upgrade upgrade) {
    Bundle.Key wanted = new Bundle.Key(address, serviceId, security, upgrade);
    Bundle bundle = cache.acquire(wanted, this::newBundle);
    if (bundle == null) { // closed: one that no call gets anywhere with
      bundle = newBundle(wanted);
      bundle.uses().acquire();
    }
    return bundle;
  }

  private Bundle newBundle(Bundle.Key key) {
    return new Bundle(key, peer(key.peer()), link, settings.connectionsPerBundle());
  }

  /**
   * Returns the bundle whose calls go where those of {@code plain} do, but ask for an upgrade; held
   * once more, the caller releases it.
   */
  public Bundle acquireUpgrade(Bundle plain) {
    Bundle.Key key = plain.key();
    return acquireBundle(key.peer(), key.serviceId(), key.security(), Upgrade.ASKED);
  }

  /** Makes a call; it is in the table, and can be aborted, at once. */
  public CallDriver newCall(Bundle bundle, CallTimeouts timeouts, Sharing sharing, long userId) {
    if (!bundle.uses().acquire()) {
      throw new IllegalStateException("the connection handle was closed");
    }
    CallDriver call = new CallDriver(Role.CLIENT, this, timeouts, userId, null);
    call.begin(bundle, sharing);
    observer.callMade(call);
    add(call); // now it is whole, so that anyone may see it
    return call;
  }

  /** Whether a call shares its wire connection with others. */
  public enum Sharing {
    SHARED,
    EXCLUSIVE
  }

  /** Returns the calls that users hold. */
  public CallTable calls() {
    return calls;
  }

  ConnectionDriver newClientConnection(Bundle bundle, Bundle.Key key) {
    ConnectionDriver connection =
        cache.connect(
            id ->
                new ConnectionDriver(
                        Role.CLIENT,
                        new ConnectionDriver.Identity(
                            epoch, id, bundle.serviceId(), key.security().index()),
                        bundle.peer(),
                        bundle,
                        1)
                    .securedWith(key.security())
                    .usedAt(clock.nanoTime()));
    reaper.begin(); // now that it would find something
    natKeepAlive.begin();
    return connection;
  }

  /** A connection cannot be used, and no call has been. */
  void forget(ConnectionDriver connection) {
    cache.remove(connection);
    connection.dropped();
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

  /** Hosts {@code serviceId}; somebody must accept its calls. */
  public HostedService listen(int serviceId, HostedService.Options options) {
    return services.listen(serviceId, options);
  }

  /** Hosts {@code serviceId}; {@code consumer} gets each call on a virtual thread of its own. */
  public HostedService serve(
      int serviceId, HostedService.Options options, Consumer<CallDriver> consumer) {
    HostedService service = listen(serviceId, options);
    service.dispatchTo(consumer);
    return service;
  }

  HostedServices services() {
    return services;
  }

  // ---- for the receive thread

  @Nullable ConnectionDriver clientConnection(PacketHeader header) {
    return header.epoch() == epoch ? cache.find(header.connectionId()) : null;
  }

  /** Returns the connection of a client's packet, held once more, or null. */
  @Nullable ConnectionDriver acquireServiceConnection(
      PacketHeader header, InetSocketAddress source) {
    return serviceConnections.acquire(header, source);
  }

  /**
   * Returns a new connection for a client's first packet, held once more, or null if there are too
   * many. It is to {@code serviceId}, which need not be the one that the client has named, if it
   * asks for an upgrade.
   */
  @Nullable ConnectionDriver newServiceConnection(
      PacketHeader header, int serviceId, InetSocketAddress source, ServiceSecurity demanded) {
    if (closed.get()) {
      return null;
    }
    if (demanded.index() != 0) {
      reaper.makeRoomForStranger();
    }
    ConnectionDriver connection =
        serviceConnections.add(
            header,
            source,
            firstSerial ->
                new ConnectionDriver(
                        Role.SERVICE,
                        new ConnectionDriver.Identity(
                            header.epoch(),
                            header.connectionId(),
                            serviceId,
                            header.securityIndex()),
                        peer(source),
                        null,
                        firstSerial)
                    .demanding(this, demanded)
                    .usedAt(clock.nanoTime()));
    reaper.begin(); // now that it would find something
    return connection;
  }

  /** Returns the connections whose client is not known. */
  Strangers strangers() {
    return strangers;
  }

  /** Runs what takes too long for the receive thread. */
  void runAside(Runnable task) {
    aside.execute(task);
  }

  /** Makes a call known to all; if the endpoint is closed it ends instead. */
  void add(CallDriver call) {
    if (!calls.add(call)) {
      call.closeEndpoint(RxCode.USER_ABORT);
    }
  }

  /** Returns the peer at {@code address}. */
  public Peer peer(InetSocketAddress address) {
    return peers.get(address, key -> new Peer(key, settings.limits()));
  }

  /** Returns the peer at {@code address} if anybody has to do with it. */
  @Nullable Peer knownPeer(InetSocketAddress address) {
    return peers.getIfPresent(address);
  }

  /** Looks whether anybody listens at a peer's port, if that was not done just now. */
  void probe(Peer peer) {
    if (!closed.get() && peer.mayProbe(clock.nanoTime())) {
      port.probe(peer.address());
    }
  }

  /** A peer is silent, of which the system may know why. */
  void askAfter(Peer peer) {
    if (!port.reportsErrors()) {
      probe(peer);
    }
  }

  // ---- sending

  Sender sender() {
    return sender;
  }

  /** Returns where users leave what others will send along. */
  Outbox outbox() {
    return sender.outbox();
  }

  /** Calls that nobody takes and datagrams that nobody sends are seen to. */
  void attend() {
    services.attend();
    outbox().flushOld();
  }

  // ---- for those who watch

  EndpointObserver observer() {
    return observer;
  }

  /** From now on {@code tracer} is told what happens, instead of the one before. */
  public void trace(Tracer tracer) {
    observer.use(tracer);
  }

  /** Returns everything that there is now; takes no lock of a call. */
  public EndpointSnapshot snapshot() {
    long nowNanos = clock.nanoTime();
    return new EndpointSnapshot(
        localAddress(),
        epoch,
        calls.all().stream().map(call -> call.snapshot(nowNanos)).toList(),
        connections().map(connection -> connection.snapshot(nowNanos)).toList(),
        cache.bundles().stream().map(Bundle::snapshot).toList(),
        peers().map(peer -> snapshot(peer, nowNanos)).toList(),
        services.snapshots(),
        statistics());
  }

  PeerSnapshot snapshot(Peer peer, long nowNanos) {
    return peer.snapshot(nowNanos, settings.limits());
  }

  EndpointStatistics statistics() {
    return observer.counters().read(port.unsentDatagrams());
  }

  DebugResponder responder() {
    return responder;
  }

  Stream<ConnectionDriver> connections() {
    return Stream.concat(cache.connections().stream(), serviceConnections.all().stream());
  }

  int connectionCount() {
    return cache.connectionCount() + serviceConnections.size();
  }

  int serviceConnectionCount() {
    return serviceConnections.size();
  }

  Stream<Peer> peers() {
    return peers.asMap().values().stream();
  }

  Set<Peer> peersOfClientConnections() {
    return cache.connections().stream().map(ConnectionDriver::peer).collect(Collectors.toSet());
  }

  int epoch() {
    return epoch;
  }

  boolean isClosed() {
    return closed.get();
  }

  // ---- the rest

  long nanoTime() {
    return clock.nanoTime();
  }

  long nextDebugId() {
    return debugIds.incrementAndGet();
  }

  /** Returns what the packets take that wait for their readers. */
  ReceiveBudget receiveBudget() {
    return receiveBudget;
  }

  Lender lender() {
    return lender;
  }

  Limits limits() {
    return settings.limits();
  }

  /** Somebody has let go of a bundle: it may be idle from now on. */
  void released() {
    reaper.begin();
  }

  /** Returns what drops idle connections when it fires. */
  Timeout reaper() {
    return reaper;
  }

  TimerLoop timers() {
    return timers;
  }

  Receiver receiver() {
    return receiver;
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

  /** Returns the number of calls that wait for a channel. */
  int waitingCalls() {
    return waitingForChannel.get();
  }

  /**
   * Aborts every call, wakes every waiter, closes the socket. Afterwards nothing is left in any
   * table or queue, and nothing gets into one any more.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    calls.close();
    services.close();
    for (CallDriver call : calls.all()) {
      call.closeEndpoint(RxCode.USER_ABORT);
    }
    calls.clear();
    serviceConnections.all().forEach(ConnectionDriver::close); // with the calls that they keep
    timers.stop();
    cache.connections().forEach(connection -> connection.lastCalls().close(this));
    outbox().flush();
    timers.cancel(outbox());
    port.close();
    receiver.join();
    cache.close();
    serviceConnections.close();
    sender.clear();
    assert leftovers().isEmpty() : leftovers();
    link.cut();
    observer.use(Tracer.NONE);
  }

  /**
   * Returns in words what there is that a closed endpoint must not have. Batches are not among
   * that: a user may just be giving one back.
   */
  List<String> leftovers() {
    Map<String, Integer> counts =
        Map.of(
            "calls", calls.size(),
            "timers", timers.size(),
            "calls that wait for a channel", waitingForChannel.get(),
            "services", services.count(),
            "bundles", cache.bundleCount(),
            "connections", connectionCount());
    return counts.entrySet().stream()
        .filter(count -> count.getValue() != 0)
        .map(count -> count.getValue() + " " + count.getKey())
        .toList();
  }
}
