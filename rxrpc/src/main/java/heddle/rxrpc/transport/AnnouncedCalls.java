package heddle.rxrpc.transport;

import heddle.rxrpc.trace.ServiceSnapshot;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a service that have come in and wait for somebody who accepts them, first come,
 * first served; and the threads that wait for such calls. Thread-safe.
 *
 * <p>The receive thread takes the lock, too: nothing is done under it that takes time.
 */
final class AnnouncedCalls {
  private static final int MAX_IDLE = 4;
  private static final int MOST_IN_A_ROW = 8; // calls left to one thread
  private static final int WAKE_AT_ONCE = 1_000; // calls, after one that was left for too long

  private final EndpointLink link;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition callAnnounced = lock.newCondition();
  private final ArrayDeque<CallDriver> calls = new ArrayDeque<>(); // guarded by lock
  private volatile int count; // of them; written under lock
  private volatile boolean closed; // written under lock
  private final AtomicInteger looking = new AtomicInteger(); // will take a call before they wait
  private int idle; // threads that wait for a call to serve; guarded by lock
  private volatile @Nullable ReadinessListener whenCallWaits;
  private volatile boolean dispatching; // we make the threads that take calls
  private int taken; // calls; guarded by lock
  private int takenBefore; // when the receive thread looked last; guarded by lock
  private int wakeAtOnce; // for so many calls; guarded by lock
  private long waited; // calls that found nobody waiting for them; guarded by lock

  AnnouncedCalls(EndpointLink link) {
    this.link = link;
  }

  // ---- receive thread

  /** Adds a call; returns false if there is nobody any more who could accept it. */
  boolean add(CallDriver call) {
    if (!queue(call)) {
      return false;
    }
    ReadinessListener listener = whenCallWaits;
    if (listener != null) {
      listener.signal();
    }
    return true;
  }

  private boolean queue(CallDriver call) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      calls.add(call);
      expectOne();
      count = calls.size();
      if (!lock.hasWaiters(callAnnounced)) {
        waited++;
      }
      if (count > looking.get() && !isLeftToWhoLooks()) {
        callAnnounced.signal();
      } else {
        leaveToWhoLooks();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns whether the thread that looks for calls will come to this one soon: to serve a few
   * short calls one after the other costs less than to wake a thread for each.
   */
  private boolean isLeftToWhoLooks() {
    if (looking.get() == 0 || count > MOST_IN_A_ROW) {
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
    lock.lock();
    try {
      if (!calls.isEmpty() && taken == takenBefore) {
        wakeAtOnce = WAKE_AT_ONCE;
        callAnnounced.signalAll();
      }
      takenBefore = taken;
      return !calls.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  // ---- users

  /**
   * Waits for a call.
   *
   * @return null once this is closed
   */
  @Nullable CallDriver accept() throws InterruptedException {
    CallDriver call;
    lock.lockInterruptibly();
    try {
      while (calls.isEmpty() && !closed) {
        callAnnounced.await();
      }
      call = poll();
    } finally {
      lock.unlock();
    }
    return arrived(call);
  }

  /** Returns the next call without waiting, or null if there is none. */
  @Nullable CallDriver tryAccept() {
    CallDriver call;
    lock.lock();
    try {
      call = poll();
    } finally {
      lock.unlock();
    }
    return arrived(call);
  }

  /**
   * Runs {@code task} on a virtual thread whenever a call has come to wait for somebody who accepts
   * it, and now if there is one; never twice at a time.
   */
  void whenCallWaits(Runnable task) {
    ReadinessListener listener = new ReadinessListener(task);
    whenCallWaits = listener;
    if (count > 0) {
      listener.signal();
    }
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
    if (!first && count == 0) {
      help();
    }
    CallDriver call = null;
    boolean noneLeft = false;
    lock.lock();
    try {
      looking.decrementAndGet();
      while (calls.isEmpty() && !closed && idle < MAX_IDLE) {
        idle++;
        callAnnounced.awaitUninterruptibly();
        idle--;
      }
      call = poll();
      noneLeft = call != null && idle == 0 && looking.get() == 0;
    } finally {
      lock.unlock();
    }
    if (noneLeft) {
      dispatchTo(consumer);
    }
    return arrived(call);
  }

  private void help() {
    LocalEndpoint endpoint = link.get();
    if (endpoint != null) {
      endpoint.receiver().help(() -> count > 0 || closed);
    }
  }

  private @Nullable CallDriver poll() {
    CallDriver call = calls.poll();
    taken++;
    count = calls.size();
    return call;
  }

  /** Where calls are dispatched, a thread that can run will take the call that is announced. */
  private void expectOne() {
    LocalEndpoint endpoint = link.get();
    if (dispatching && endpoint != null) {
      endpoint.outbox().expect();
    }
  }

  private @Nullable CallDriver arrived(@Nullable CallDriver call) {
    LocalEndpoint endpoint = link.get();
    if (call != null && dispatching && endpoint != null) {
      endpoint.outbox().arrived();
    }
    return call;
  }

  // ---- the rest

  /**
   * Returns what a snapshot says of a service.
   *
   * @param charged calls that are ready before they come
   * @param active calls that have come and are not over
   */
  ServiceSnapshot snapshot(int serviceId, int charged, int active) {
    lock.lock();
    try {
      int waiters = lock.getWaitQueueLength(callAnnounced);
      return new ServiceSnapshot(serviceId, charged, active, calls.size(), waiters, waited);
    } finally {
      lock.unlock();
    }
  }

  /** Takes no further calls, wakes who waits, and returns the calls that nobody has accepted. */
  List<CallDriver> close() {
    List<CallDriver> left;
    lock.lock();
    try {
      closed = true;
      left = List.copyOf(calls);
      calls.clear();
      count = 0;
      callAnnounced.signalAll();
    } finally {
      lock.unlock();
    }
    left.forEach(this::arrived);
    return left;
  }
}
