package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.thread.WaitingThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * When there is something for a user of a call to do: users wait for that, or are told by a
 * listener.
 *
 * <p><b>Waking.</b> A user who waits publishes itself and what it waits for, looks once more, and
 * parks. Whoever changes the call looks for a published waiter after the unlock and takes it off,
 * so that a user is woken once and only when there is something for it.
 */
final class CallReadiness implements Receiver.Wait {
  /** What a user waits for. */
  enum Want {
    CHANNEL,
    ROOM,
    DATA
  }

  private static final VarHandle WAITER;
  private static final VarHandle TOLD;
  private static final int READY_BITS = 3; // ended, request complete, room
  private static final long ROOM_BIT = 4;
  private static final int MUCH_BYTES = 16 << 10; // that come in many datagrams
  private static final int KEEP_OPEN = 32; // packets that the peer can send while nobody reads

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WAITER = lookup.findVarHandle(CallReadiness.class, "waiter", Thread.class);
      TOLD = lookup.findVarHandle(CallReadiness.class, "told", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final CallDriver call;
  private final ReceiveRing ring;
  private volatile @Nullable Thread waiter;
  private volatile Want want = Want.DATA;
  private volatile int wantBytes = 1;
  private volatile @Nullable ReadinessListener listener;

  @SuppressWarnings("UnusedVariable") // by VarHandle
  private long told; // what the listener was told of last

  CallReadiness(CallDriver call, ReceiveRing ring) {
    this.call = call;
    this.ring = ring;
  }

  // ---- users

  /**
   * Waits until so many bytes wait to be read, or all that can come for now, or the call has ended;
   * meanwhile receives for others.
   */
  void awaitData(int bytes) throws InterruptedException {
    wantBytes = bytes;
    try {
      await(Want.DATA);
    } finally {
      wantBytes = 1;
    }
  }

  /** Waits until there is {@code what}, or the call has ended; meanwhile receives for others. */
  void await(Want what) throws InterruptedException {
    assert !call.core.isHeldByCurrentThread();
    want = what;
    LocalEndpoint local = call.endpoint();
    if (local == null) {
      return; // the call is over
    }
    if (what != Want.CHANNEL && help(what, local.receiver())) {
      return;
    }
    WaitingThread.tell();
    Thread self = Thread.currentThread();
    do {
      want = what;
      waiter = self;
      VarHandle.fullFence(); // publish, then look: see wake
      if (!ready(what)) {
        LockSupport.park(call);
      }
      if (!WAITER.compareAndSet(this, self, null)) {
        local.outbox().arrived();
      }
      if (Thread.interrupted()) {
        call.abort(RxCode.USER_ABORT, AbortReason.USER_INTERRUPTED);
        throw new InterruptedException();
      }
    } while (!ready(what));
  }

  @Override
  public boolean isOver() {
    return ready(want);
  }

  private boolean ready(Want what) {
    if (call.hasEnded()) {
      return true;
    }
    return switch (what) {
      case CHANNEL -> call.connection() != null;
      case ROOM -> call.roomPackets() >= wakeWriterAt();
      case DATA -> (ring.available() && isEnough()) || call.requestComplete();
    };
  }

  private boolean help(Want what, Receiver receiver) {
    if (what == Want.ROOM) {
      return receiver.helpForRoom(this);
    }
    return wantBytes > MUCH_BYTES ? receiver.helpForMuch(this) : receiver.help(this);
  }

  /** Who knows how much is to come is not woken for each packet, but before the peer must wait. */
  private boolean isEnough() {
    int bytes = wantBytes;
    return bytes <= 1
        || ring.unreadBytes() >= bytes
        || ring.isShort()
        || call.machine.advertisedEnd() - ring.nextSeq() < KEEP_OPEN;
  }

  /** A writer is woken for a good part of the window, not for each packet. */
  private int wakeWriterAt() {
    return Math.max(1, call.machine.sendLimit() / 4);
  }

  /**
   * Runs {@code task} on a virtual thread whenever something has come to read, there has come to be
   * room for a good part of the window, or the call has ended; and now if that is so; never twice
   * at a time.
   */
  void whenReady(Runnable task) {
    ReadinessListener later = new ReadinessListener(task);
    listener = later;
    VarHandle.fullFence(); // publish, then look: see wake
    TOLD.setVolatile(this, readiness());
    if (call.hasEnded() || ring.available() || call.requestComplete() || hasRoom()) {
      later.signal();
    }
  }

  /**
   * A user that does not wait has found too little room: whatever comes from now on is news. The
   * window may have been filled and opened again between two looks of ours.
   */
  void wantRoom() {
    TOLD.getAndBitwiseAnd(this, ~ROOM_BIT);
    tellNews();
  }

  /** Runs the listener once more: it may have been turned away while another user had the call. */
  void tellAgain() {
    ReadinessListener watcher = listener;
    if (watcher != null) {
      watcher.signal();
    }
  }

  // ---- whoever changes the call

  /** What may be waited for is published: wakes who waits for it. Else one fence and one read. */
  void wake(LocalEndpoint local) {
    VarHandle.fullFence(); // or the look for a waiter might come before what was published
    Thread sleeper = waiter;
    if (sleeper != null && ready(want)) {
      unpark(sleeper, local);
    }
    tellNews();
  }

  private void unpark(Thread sleeper, LocalEndpoint local) {
    local.outbox().expect(); // before it can arrive
    if (WAITER.compareAndSet(this, sleeper, null)) {
      LockSupport.unpark(sleeper);
    } else {
      local.outbox().arrived();
    }
  }

  private void tellNews() {
    ReadinessListener watcher = listener;
    if (watcher != null && isNews()) {
      watcher.signal();
    }
  }

  /** Returns whether something has come to be that the listener was not told of. */
  private boolean isNews() {
    long now = readiness();
    long before = (long) TOLD.getAndSet(this, now);
    return now >>> READY_BITS != before >>> READY_BITS || (now & ~before) != 0;
  }

  /** Returns a number that differs as soon as there is more to do: packets so far, and bits. */
  private long readiness() {
    return (long) ring.nextSeq() << READY_BITS
        | (call.hasEnded() ? 1 : 0)
        | (call.requestComplete() ? 2 : 0)
        | (hasRoom() ? ROOM_BIT : 0);
  }

  private boolean hasRoom() {
    return call.connection() != null && call.roomPackets() >= wakeWriterAt();
  }

  // ---- those who watch

  /** Returns whether a user waits. */
  boolean hasWaiter() {
    return waiter != null;
  }

  /** Returns what the user that waits, waits for. */
  Want want() {
    return want;
  }
}
