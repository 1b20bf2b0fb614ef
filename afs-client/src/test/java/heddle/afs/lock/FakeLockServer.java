package heddle.afs.lock;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.location.ClientClock;
import heddle.afs.rpc.LockType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * One file at a server that counts locks as OpenAFS's does: without owners, and they lapse.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, HandleLocking (behaviour).
 */
final class FakeLockServer implements LockServer {
  private static final UUID ID = new UUID(1, 2);

  /** The lock, which several clients see. */
  static final class State {
    final ClientClock clock;
    int count;
    volatile long version; // of the data
    long overNanos;

    State(ClientClock clock) {
      this.clock = clock;
    }

    boolean isOver() {
      return clock.nanoTimeWithSuspend() - overNanos > 0;
    }

    void renew() {
      overNanos = clock.nanoTimeWithSuspend() + Duration.ofMinutes(5).toNanos();
    }
  }

  final State state;
  final List<String> calls = new CopyOnWriteArrayList<>();
  final List<AfsException> dropped = new CopyOnWriteArrayList<>();
  private final Map<String, ConcurrentLinkedQueue<AfsException>> failures =
      new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
  private volatile long knownVersion = -1;
  volatile boolean dirty;
  volatile boolean believed = true;

  FakeLockServer(State state) {
    this.state = state;
  }

  /** The next call of that kind fails. */
  void failNext(String call, AfsException failure) {
    failures.computeIfAbsent(call, key -> new ConcurrentLinkedQueue<>()).add(failure);
  }

  /** Calls of that kind wait until the latch is at zero. */
  CountDownLatch hold(String call) {
    CountDownLatch gate = new CountDownLatch(1);
    gates.put(call, gate);
    return gate;
  }

  private void arrive(String call) throws AfsException {
    calls.add(call);
    CountDownLatch gate = gates.get(call);
    if (gate != null) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new AssertionError("a call was interrupted", e);
      }
    }
    ConcurrentLinkedQueue<AfsException> queue = failures.get(call);
    AfsException failure = queue == null ? null : queue.poll();
    if (failure != null) {
      throw failure;
    }
  }

  long callsOf(String call) {
    return calls.stream().filter(call::equals).count();
  }

  @Override
  public Place set(LockType type, Caller caller) throws AfsException {
    arrive("set " + type);
    if (state.isOver()) {
      state.count = 0;
    }
    boolean free = type == LockType.READ ? state.count >= 0 : state.count == 0;
    if (!free) {
      throw new AfsException.LockHeld("refused");
    }
    state.count = type == LockType.READ ? state.count + 1 : -1;
    state.renew();
    knownVersion = state.version;
    return new Place(ID, 0, 0, Optional.empty());
  }

  @Override
  public void extend(Place place, Caller caller) throws AfsException {
    arrive("extend");
    if (state.count == 0) {
      throw new AfsException.LockLost("no lock");
    }
    state.renew();
  }

  @Override
  public void release(Place place, Caller caller) throws AfsException {
    arrive("release");
    state.count = Math.max(0, state.count - 1);
  }

  @Override
  public Place check(Place place, Caller caller, Duration limit) throws AfsException {
    arrive("check");
    believed = true;
    return place;
  }

  @Override
  public boolean isBelieved(Place place) {
    return believed;
  }

  @Override
  public int count(Caller caller) throws AfsException {
    arrive("count");
    knownVersion = state.version;
    return state.isOver() ? 0 : state.count;
  }

  @Override
  public long version() {
    return knownVersion;
  }

  @Override
  public void watch(Caller caller) throws AfsException {
    arrive("watch");
  }

  @Override
  public void store() throws AfsException {
    arrive("store");
    dirty = false;
  }

  @Override
  public boolean isDirty() {
    return dirty;
  }

  @Override
  public void abortStore() {}

  @Override
  public void drop(AfsException.LockLost cause) {
    dropped.add(cause);
    dirty = false;
  }
}
