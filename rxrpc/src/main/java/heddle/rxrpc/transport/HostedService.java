package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.trace.ServiceSnapshot;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
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

  private static final int MAX_IDLE = 4;
  private static final int MOST_IN_A_ROW = 8; // calls left to one thread
  private static final int WAKE_AT_ONCE = 1_000; // calls, after one that was left for too long

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
  private final ReentrantLock announceLock = new ReentrantLock();
  private final Condition callAnnounced = announceLock.newCondition();
  private final ArrayDeque<CallDriver> announced = new ArrayDeque<>(); // guarded by announceLock
  private final Map<Peer, Integer> activeByPeer = new ConcurrentHashMap<>();
  private final AtomicInteger active = new AtomicInteger();
  private volatile int announcedCount; // written under announceLock
  private final AtomicInteger looking = new AtomicInteger(); // will take a call before they wait
  private int idle; // threads that wait for a call to serve; guarded by announceLock
  private volatile @Nullable ReadinessListener whenCallWaits;
  private volatile boolean closed;
  private volatile boolean dispatching; // we make the threads that take calls
  private int taken; // calls; guarded by announceLock
  private int takenBefore; // when the receive thread looked last; guarded by announceLock
  private int wakeAtOnce; // for so many calls; guarded by announceLock
  private long waited; // calls that found nobody waiting for them; guarded by announceLock

  HostedService(int serviceId, EndpointLink link, Options options) {
    this.serviceId = serviceId;
    this.link = link;
    this.options = options;
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
    if (!queue(call)) {
      turnAway(call);
      return;
    }
    ReadinessListener listener = whenCallWaits;
    if (listener != null) {
      listener.signal();
    }
  }

  /** Returns false if the service has been closed since it took the call. */
  private boolean queue(CallDriver call) {
    announceLock.lock();
    try {
      if (closed) {
        return false;
      }
      announced.add(call);
      expectOne();
      announcedCount = announced.size();
      if (!announceLock.hasWaiters(callAnnounced)) {
        waited++;
      }
      if (announcedCount > looking.get() && !isLeftToWhoLooks()) {
        callAnnounced.signal();
      } else {
        leaveToWhoLooks();
      }
      return true;
    } finally {
      announceLock.unlock();
    }
  }

  /**
   * Returns whether the thread that looks for calls will come to this one soon: to serve a few
   * short calls one after the other costs less than to wake a thread for each.
   */
  private boolean isLeftToWhoLooks() {
    if (looking.get() == 0 || announcedCount > MOST_IN_A_ROW) {
      return false;
    }
    if (wakeAtOnce > 0) {
      wakeAtOnce--;
      return false;
    }
    return true;
  }

  private void leaveToWhoLooks() {
    LocalEndpoint endpoint = link.get();
    if (endpoint != null) {
      endpoint.services().callLeft();
    }
  }

  /**
   * Wakes threads for calls of which none has been taken since this was called last: whoever they
   * were left to is busy with another.
   *
   * @return whether there are calls still to be looked after
   */
  boolean attend() {
    announceLock.lock();
    try {
      if (!announced.isEmpty() && taken == takenBefore) {
        wakeAtOnce = WAKE_AT_ONCE;
        callAnnounced.signalAll();
      }
      takenBefore = taken;
      return !announced.isEmpty();
    } finally {
      announceLock.unlock();
    }
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
    CallDriver call;
    announceLock.lockInterruptibly();
    try {
      while (announced.isEmpty() && !closed) {
        callAnnounced.await();
      }
      call = pollAnnounced();
    } finally {
      announceLock.unlock();
    }
    return chargeAfter(call);
  }

  /**
   * Runs {@code task} on a virtual thread whenever a call has come to wait for somebody who accepts
   * it, and now if there is one; never twice at a time.
   */
  public void whenCallWaits(Runnable task) {
    ReadinessListener listener = new ReadinessListener(task);
    whenCallWaits = listener;
    if (announcedCount > 0) {
      listener.signal();
    }
  }

  /** Returns the next call without waiting, or null if there is none. */
  public @Nullable CallDriver tryAccept() {
    CallDriver call;
    announceLock.lock();
    try {
      call = pollAnnounced();
    } finally {
      announceLock.unlock();
    }
    return chargeAfter(call);
  }

  private @Nullable CallDriver chargeAfter(@Nullable CallDriver call) {
    if (call != null) {
      arrivedOne();
      call.accepted();
    }
    if (call != null && options.charging == Charging.AUTOMATIC) {
      charge(0, null);
    }
    return call;
  }

  /**
   * Serves each call on a virtual thread that serves no other meanwhile. A thread that has served
   * one looks for the next itself, and helps to receive it: that saves waking another. One that
   * takes a call sees to it that others are left to take the next ones.
   */
  void dispatchTo(Consumer<CallDriver> consumer) {
    dispatching = true;
    Thread.startVirtualThread(() -> serve(consumer));
  }

  private void serve(Consumer<CallDriver> consumer) {
    boolean first = true;
    CallDriver call = next(consumer, first);
    while (call != null) {
      consumer.accept(call);
      Thread.interrupted(); // it was meant for that call
      first = false;
      call = next(consumer, first);
    }
  }

  /** Returns the next call to serve, or null if enough others wait for one, or all is over. */
  private @Nullable CallDriver next(Consumer<CallDriver> consumer, boolean first) {
    looking.incrementAndGet();
    if (!first && announcedCount == 0) {
      help();
    }
    CallDriver call = null;
    boolean noneLeft = false;
    announceLock.lock();
    try {
      looking.decrementAndGet();
      while (announced.isEmpty() && !closed && idle < MAX_IDLE) {
        idle++;
        callAnnounced.awaitUninterruptibly();
        idle--;
      }
      call = pollAnnounced();
      noneLeft = call != null && idle == 0 && looking.get() == 0;
    } finally {
      announceLock.unlock();
    }
    if (noneLeft) {
      dispatchTo(consumer);
    }
    return chargeAfter(call);
  }

  private void help() {
    LocalEndpoint endpoint = link.get();
    if (endpoint != null) {
      endpoint.receiver().help(() -> announcedCount > 0 || closed);
    }
  }

  private @Nullable CallDriver pollAnnounced() {
    CallDriver call = announced.poll();
    taken++;
    announcedCount = announced.size();
    return call;
  }

  /** Where calls are dispatched, a thread that can run will take the call that is announced. */
  private void expectOne() {
    LocalEndpoint endpoint = link.get();
    if (dispatching && endpoint != null) {
      endpoint.outbox().expect();
    }
  }

  private void arrivedOne() {
    LocalEndpoint endpoint = link.get();
    if (dispatching && endpoint != null) {
      endpoint.outbox().arrived();
    }
  }

  ServiceSnapshot snapshot() {
    int charged = backlog.size();
    announceLock.lock();
    try {
      int idle = announceLock.getWaitQueueLength(callAnnounced);
      return new ServiceSnapshot(serviceId, charged, active.get(), announced.size(), idle, waited);
    } finally {
      announceLock.unlock();
    }
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
    List<CallDriver> left;
    announceLock.lock();
    try {
      left = List.copyOf(announced);
      announced.clear();
      announcedCount = 0;
      callAnnounced.signalAll();
    } finally {
      announceLock.unlock();
    }
    for (CallDriver call : left) {
      arrivedOne();
      turnAway(call);
    }
    LocalEndpoint endpoint = link.get();
    if (endpoint != null) {
      endpoint.services().remove(this);
    }
  }
}
