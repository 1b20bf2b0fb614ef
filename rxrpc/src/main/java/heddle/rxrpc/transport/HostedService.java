package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Role;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A service that this endpoint hosts: prepares calls before they come, and has each served on a
 * virtual thread of its own.
 *
 * <p>The receive thread only queues an incoming call; one virtual thread, the dispatcher, starts the
 * others. Starting a virtual thread from a virtual one costs an eighth of starting it from the
 * receive thread, and a burst of calls wakes the dispatcher once.
 */
public final class HostedService implements AutoCloseable {
  private static final int BACKLOG = 10;
  private static final int MAX_ACTIVE = 10_000;
  private static final long NORMAL_NANOS = 20_000_000_000L;
  private static final long IDLE_NANOS = 60_000_000_000L;

  private final int serviceId;
  private final LocalEndpoint endpoint;
  private final Consumer<CallDriver> consumer;
  private final ConcurrentLinkedQueue<CallDriver> prepared = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<CallDriver> announced = new ConcurrentLinkedQueue<>();
  private final AtomicInteger active = new AtomicInteger();
  private volatile @Nullable Thread dispatcher;
  private volatile boolean sleeping;
  private volatile boolean closed;

  HostedService(int serviceId, LocalEndpoint endpoint, Consumer<CallDriver> consumer) {
    this.serviceId = serviceId;
    this.endpoint = endpoint;
    this.consumer = consumer;
    for (int i = 0; i < BACKLOG; i++) {
      prepared.add(prepare());
    }
  }

  private CallDriver prepare() {
    return new CallDriver(Role.SERVICE, endpoint, new CallTimeouts(0, IDLE_NANOS, NORMAL_NANOS));
  }

  void start() {
    Thread thread =
        Thread.ofVirtual().name("rx-dispatch-" + serviceId).unstarted(this::dispatch);
    dispatcher = thread;
    thread.start();
  }

  /** Returns a prepared call for one that comes in, or null if the service is at its limit. */
  @Nullable CallDriver take() {
    if (closed || active.get() >= MAX_ACTIVE) {
      return null;
    }
    active.incrementAndGet();
    CallDriver call = prepared.poll();
    return call != null ? call : prepare();
  }

  /** The call that was taken is complete and may be served. */
  void announce(CallDriver call) {
    endpoint.add(call);
    announced.add(call);
  }

  /** Sees to it that what was announced is served; once per received batch. */
  void wakeDispatcher() {
    if (sleeping && !announced.isEmpty()) {
      LockSupport.unpark(dispatcher);
    }
  }

  private void dispatch() {
    while (!closed) {
      CallDriver call = announced.poll();
      if (call != null) {
        Thread.startVirtualThread(() -> serve(call));
        if (prepared.size() < BACKLOG) {
          prepared.add(prepare());
        }
      } else {
        sleeping = true;
        if (announced.isEmpty() && !closed) {
          LockSupport.park(this);
        }
        sleeping = false;
      }
    }
  }

  private void serve(CallDriver call) {
    try {
      consumer.accept(call);
    } finally {
      active.decrementAndGet();
    }
  }

  public int serviceId() {
    return serviceId;
  }

  /** Refuses further calls; those under way go on. */
  @Override
  public void close() {
    closed = true;
    endpoint.removeService(this);
    prepared.clear();
    LockSupport.unpark(dispatcher);
  }
}
