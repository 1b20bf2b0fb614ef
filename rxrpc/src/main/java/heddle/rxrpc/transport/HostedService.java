package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.trace.ServiceSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A service that this endpoint hosts.
 *
 * <p><b>Charged calls.</b> Calls are made before they come: the receive thread takes one from the
 * backlog and needs nothing more. By default the backlog is charged again as calls are taken; a
 * user who wants an ID or attachment of its own in each call charges it itself, and then clients
 * get BUSY when it is empty.
 *
 * <p><b>Limits.</b> A call is active from its first packet until it is over in both senses: its
 * user has let go of it, and the client has acknowledged the reply or is given up. At the limit of
 * the service, or of the client's address, a client gets BUSY.
 */
public final class HostedService implements AutoCloseable {
  /** Smallest and greatest backlog. */
  public static final int MIN_BACKLOG = 4;

  public static final int MAX_BACKLOG = 31;

  /** No service has this ID. */
  public static final int NO_UPGRADE = -1;

  /** Who charges the backlog. */
  public enum Charging {
    AUTOMATIC,
    BY_USER
  }

  /**
   * How a service is hosted.
   *
   * @param backlog calls that are ready before they come, {@value #MIN_BACKLOG} to {@value
   *     #MAX_BACKLOG}
   * @param maxActive most calls at a time
   * @param maxActivePerPeer most calls of one client address at a time
   * @param upgradeTo service that serves clients which ask for an upgrade; {@link #NO_UPGRADE} if
   *     there is none
   * @param securities the security classes of which clients may use one
   */
  public record Options(
      int backlog,
      int maxActive,
      int maxActivePerPeer,
      Charging charging,
      CallTimeouts timeouts,
      int upgradeTo,
      List<ServiceSecurity> securities) {
    private static final List<ServiceSecurity> ANYBODY = List.of(ServiceSecurity.none());

    /** Options of a service that anybody may call. */
    public Options(
        int backlog,
        int maxActive,
        int maxActivePerPeer,
        Charging charging,
        CallTimeouts timeouts,
        int upgradeTo) {
      this(backlog, maxActive, maxActivePerPeer, charging, timeouts, upgradeTo, ANYBODY);
    }

    /** Options of a service that nobody is upgraded from. */
    public Options(
        int backlog,
        int maxActive,
        int maxActivePerPeer,
        Charging charging,
        CallTimeouts timeouts) {
      this(backlog, maxActive, maxActivePerPeer, charging, timeouts, NO_UPGRADE, ANYBODY);
    }

    public Options {
      securities = List.copyOf(securities);
      if (backlog < MIN_BACKLOG || backlog > MAX_BACKLOG) {
        throw new IllegalArgumentException(
            "backlog is " + MIN_BACKLOG + " to " + MAX_BACKLOG + ", not " + backlog);
      }
    }
  }

  private final int serviceId;
  private final EndpointLink link;
  private final Options options;
  private final ReentrantLock chargeLock = new ReentrantLock(); // never of the receive thread
  private final Queue<CallDriver> backlog = new ConcurrentLinkedQueue<>(); // added under chargeLock
  private final AnnouncedCalls announced;
  private final Map<Peer, Integer> activeByPeer = new ConcurrentHashMap<>();
  private final AtomicInteger active = new AtomicInteger();
  private volatile boolean closed;

  HostedService(int serviceId, EndpointLink link, Options options) {
    this.serviceId = serviceId;
    this.link = link;
    this.options = options;
    this.announced = new AnnouncedCalls(link);
    if (options.charging == Charging.AUTOMATIC) {
      for (int i = 0; i < options.backlog; i++) {
        backlog.add(newCall(0, null));
      }
    }
  }

  private CallDriver newCall(long userId, @Nullable Object attachment) {
    LocalEndpoint endpoint = link.get();
    if (endpoint == null) {
      throw new IllegalStateException("the endpoint is closed");
    }
    return new CallDriver(Role.SERVICE, endpoint, options.timeouts, userId, attachment);
  }

  /**
   * Charges the backlog with one call.
   *
   * @param userId the user's own name for the call
   * @return false if the backlog is full
   */
  public boolean charge(long userId, @Nullable Object attachment) {
    chargeLock.lock();
    try {
      if (closed || backlog.size() >= options.backlog) {
        return false;
      }
      backlog.add(newCall(userId, attachment));
      return true;
    } finally {
      chargeLock.unlock();
    }
  }

  // ---- receive thread

  /** Returns the ID of the service that serves clients which ask for an upgrade. */
  int upgraded() {
    LocalEndpoint endpoint = link.get();
    boolean served = endpoint != null && endpoint.services().find(options.upgradeTo) != null;
    return served ? options.upgradeTo : serviceId;
  }

  /** Returns what is demanded of clients that use this security class; null if they may not. */
  @Nullable ServiceSecurity security(int index) {
    for (ServiceSecurity one : options.securities) {
      if (one.index() == index) {
        return one;
      }
    }
    return null;
  }

  /** Returns a charged call for one that comes in, or null if the client must be told BUSY. */
  @Nullable CallDriver take(Peer peer) {
    if (closed || active.get() >= options.maxActive) {
      return null;
    }
    if (activeByPeer.getOrDefault(peer, 0) >= options.maxActivePerPeer) {
      return null;
    }
    CallDriver call = poll();
    if (call != null) {
      active.incrementAndGet();
      activeByPeer.merge(peer, 1, Integer::sum);
      call.activeIn(this, peer);
    }
    return call;
  }

  /** Takes no lock: who charges must not hold up the receive thread. */
  private @Nullable CallDriver poll() {
    CallDriver call = backlog.poll();
    return call == null && options.charging == Charging.AUTOMATIC ? newCall(0, null) : call;
  }

  /** The call is whole and has its first packet: somebody may serve it. */
  void announce(CallDriver call) {
    LocalEndpoint endpoint = link.get();
    if (endpoint != null) {
      endpoint.add(call);
      if (call.isFinished()) {
        endpoint.calls().remove(call); // it ended in the batch that began it
      }
    } else {
      call.closeEndpoint(RxCode.USER_ABORT);
    }
    if (!announced.add(call)) {
      turnAway(call);
    }
  }

  /** As {@link AnnouncedCalls#attend}. */
  boolean attend() {
    return announced.attend();
  }

  /** Ends a call that nobody will accept, as if the service had never been. */
  private static void turnAway(CallDriver call) {
    call.abort(RxCode.INVALID_OPERATION, AbortReason.NO_SUCH_SERVICE);
    call.userDone();
  }

  /** The call is over in both senses, or never came to be. */
  void noLongerActive(Peer peer) {
    active.decrementAndGet();
    activeByPeer.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
  }

  // ---- users

  /**
   * Waits for a call.
   *
   * @return null once the service is closed
   */
  public @Nullable CallDriver accept() throws InterruptedException {
    return chargeAfter(announced.accept());
  }

  /**
   * Runs {@code task} on a virtual thread whenever a call has come to wait for somebody who accepts
   * it, and now if there is one; never twice at a time.
   */
  public void whenCallWaits(Runnable task) {
    announced.whenCallWaits(task);
  }

  /** Returns the next call without waiting, or null if there is none. */
  public @Nullable CallDriver tryAccept() {
    return chargeAfter(announced.tryAccept());
  }

  private @Nullable CallDriver chargeAfter(@Nullable CallDriver call) {
    if (call != null) {
      call.accepted();
    }
    if (call != null && options.charging == Charging.AUTOMATIC) {
      charge(0, null);
    }
    return call;
  }

  /** Serves each call on a virtual thread that serves no other meanwhile. */
  void dispatchTo(Consumer<CallDriver> consumer) {
    announced.dispatchTo(
        call -> {
          chargeAfter(call);
          consumer.accept(call);
        });
  }

  ServiceSnapshot snapshot() {
    return announced.snapshot(serviceId, backlog.size(), active.get());
  }

  public int serviceId() {
    return serviceId;
  }

  /** Returns how many clients have active calls. */
  int activeClients() {
    return activeByPeer.size();
  }

  /** Returns what who charges holds meanwhile. */
  ReentrantLock chargeLock() {
    return chargeLock;
  }

  /** Returns how many calls are charged, or wait for somebody who accepts them. */
  int queuedCalls() {
    ServiceSnapshot now = snapshot();
    return now.charged() + now.waiting();
  }

  /** Returns the number of active calls. */
  public int activeCalls() {
    return active.get();
  }

  /**
   * Refuses further calls, ends those that nobody has accepted yet and wakes who waits in {@link
   * #accept}; calls that are being served go on.
   */
  @Override
  public void close() {
    chargeLock.lock();
    try {
      closed = true;
      backlog.clear();
    } finally {
      chargeLock.unlock();
    }
    announced.close().forEach(HostedService::turnAway);
    LocalEndpoint endpoint = link.get();
    if (endpoint != null) {
      endpoint.services().remove(this);
    }
  }
}
