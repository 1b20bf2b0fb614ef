package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.CallMachine;
import heddle.rxrpc.protocol.CallState.Complete;
import heddle.rxrpc.protocol.CallState.Phase;
import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.trace.CallIdentity;
import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.trace.Outcome;
import heddle.rxrpc.trace.TraceEvent.CallCompleted;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One call between its users and the network: holds the locks, waits, sends what the machine wants
 * sent.
 *
 * <p><b>Locks.</b> Users take turns in {@link CallUser}. The <i>core lock</i> guards the machine
 * for one step; no I/O, no user code and no waiting happens under it.
 *
 * <p><b>Waking.</b> A user who waits publishes itself and what it waits for, looks once more, and
 * parks. Whoever changes the call looks for a published waiter after the unlock and takes it off,
 * so that a user is woken once and only when there is something for it.
 *
 * <p><b>End.</b> A call ends once. After the last packet it owes is out it lets go of its channel,
 * its timer and its endpoint, in {@link #finish}, exactly once.
 */
public final class CallDriver extends Timeout implements Receiver.Wait {
  /** What a user waits for. */
  enum Want {
    CHANNEL,
    ROOM,
    DATA
  }

  private static final VarHandle WAITER;
  private static final VarHandle ENDPOINT;
  private static final VarHandle TOLD;
  private static final long NEVER = Long.MAX_VALUE;
  private static final int ROUNDS_FOR_OTHERS = 16; // a window is out after 4
  private static final int READY_BITS = 3; // ended, request complete, room
  private static final long ROOM_BIT = 4;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WAITER = lookup.findVarHandle(CallDriver.class, "waiter", Thread.class);
      TOLD = lookup.findVarHandle(CallDriver.class, "told", long.class);
      ENDPOINT = lookup.findVarHandle(CallDriver.class, "endpoint", LocalEndpoint.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final CallUser user;
  final CoreLock core = new CoreLock();
  private final Role role;
  private final long debugId;
  private final long userId; // the user's own name for the call
  private final @Nullable Object attachment;
  private final Limits limits;
  final ReceiveRing ring;
  final CallMachine machine; // guarded by core
  private final SendTurn turn = new SendTurn(); // guarded by core
  final CallRecord record = new CallRecord();

  private volatile @Nullable LocalEndpoint endpoint; // null once the call is finished
  private volatile @Nullable Completion completion;
  private volatile @Nullable Thread waiter;
  private volatile Want want = Want.DATA;
  private volatile boolean requestComplete; // service: all of the request is there
  private volatile int roomPackets = 1;
  private volatile @Nullable ReadinessListener listener;

  @SuppressWarnings("UnusedVariable") // by VarHandle
  private long told; // what the listener was told of last

  private boolean peerIsSilent; // of the timer thread

  // set once, before the call can get packets
  private @Nullable Peer peer;
  private @Nullable Bundle bundle; // client
  private LocalEndpoint.Sharing sharing = LocalEndpoint.Sharing.SHARED;
  private volatile @Nullable ConnectionDriver connection;
  private int channel;
  private int callNumber;
  private int serviceId;
  private @Nullable HostedService activeIn;
  private final CallProtection protection = new CallProtection();
  private final AtomicInteger holders = new AtomicInteger(2); // service: the user and the network

  CallDriver(
      Role role,
      LocalEndpoint endpoint,
      CallTimeouts timeouts,
      long userId,
      @Nullable Object attachment) {
    this.userId = userId;
    this.attachment = attachment;
    this.role = role;
    this.endpoint = endpoint;
    this.debugId = endpoint.nextDebugId();
    this.limits = endpoint.limits();
    this.ring = new ReceiveRing(2 * limits.receiveWindow(), endpoint.receiveBudget());
    this.machine = new CallMachine(role, limits, timeouts, ring);
    this.user = new CallUser(this, machine, ring, limits);
  }

  /**
   * A client's call exists from now on and may wait for a channel of {@code target}, of which it
   * has a hold that it gives back at its end.
   */
  void begin(Bundle target, LocalEndpoint.Sharing how) {
    sharing = how;
    peer = target.peer();
    serviceId = target.serviceId();
    bundle = target;
    LocalEndpoint local = endpoint;
    if (local == null) {
      return;
    }
    core.lock();
    try {
      long nowNanos = local.nanoTime();
      record.started(nowNanos);
      machine.begin(nowNanos);
      publish(local);
    } finally {
      core.unlock();
    }
  }

  // ---- users

  /**
   * Sends the bytes of {@code source}, waiting for the channel and for room in the window.
   *
   * @param last whether this is the end of the request or reply
   */
  public void send(ByteBuffer source, boolean last)
      throws CallEndedException, InterruptedException {
    user.send(source, last);
  }

  /**
   * Sends as many bytes of {@code source} as there is room for now, without waiting: not for a
   * channel, not for room, not for another user of the call.
   *
   * @param last whether this is the end of the request or reply
   * @return true if all is taken, and the end noted where {@code last} is; false if the rest, or
   *     the end, must be offered again
   */
  public boolean trySend(ByteBuffer source, boolean last) throws CallEndedException {
    return user.trySend(source, last);
  }

  /**
   * Reads what is there of the peer's phase, waiting for at least one byte.
   *
   * @return the number of bytes, or -1 at the end of the phase
   */
  public int read(ByteBuffer target) throws CallEndedException, InterruptedException {
    return user.read(target);
  }

  /**
   * Reads what is there of the peer's phase, without waiting: not for data, not for another user of
   * the call.
   *
   * @return the number of bytes, 0 if there are none now, or -1 at the end of the phase
   */
  public int tryRead(ByteBuffer target) throws CallEndedException {
    return user.tryRead(target);
  }

  /** Returns whether packets are sealed and opened, by the users. */
  boolean isSecured() {
    return protection.isOn();
  }

  /** Makes places for what a user is about to seal; returns false if there is no room. */
  boolean reserve(int bytes) {
    core.lock();
    try {
      return machine.reserve(bytes);
    } finally {
      core.unlock();
    }
  }

  /** A user has found that the call cannot go on, and that may be after its end. */
  void violated(Completion how) {
    protection.violated(how);
  }

  /** Service: the caller is known. Before any user has the call. */
  void secure(SharedSecurity by) {
    core.lock();
    try {
      protection.begin(by, channel, callNumber, machine, ring);
    } finally {
      core.unlock();
    }
  }

  /** Service: waits for the first packet; ends the call if it was not sealed by the caller. */
  public void prove() throws CallEndedException, InterruptedException {
    if (protection.isOn()) {
      user.prove();
    }
  }

  /** Returns who calls; null where nobody is authenticated. */
  public @Nullable Principal caller() {
    ConnectionDriver ours = connection;
    return ours == null ? null : ours.caller();
  }

  /**
   * Ends the call from this side. Never waits; any thread; does nothing once the call has ended.
   */
  public void abort(int code, AbortReason reason) {
    step(nowNanos -> machine.abort(code, reason));
  }

  /** The endpoint closes: the call ends, the peer is told. */
  void closeEndpoint(int code) {
    step(nowNanos -> machine.closeEndpoint(code));
  }

  /** Ends the call as {@code how} says without telling the peer. */
  void fail(Completion how) {
    step(nowNanos -> machine.fail(how));
  }

  /** Service: the client began its next call on our channel. */
  void supersede() {
    step(nowNanos -> machine.supersede());
  }

  void await(Want what) throws CallEndedException, InterruptedException {
    assert !core.isHeldByCurrentThread();
    want = what;
    LocalEndpoint local = endpoint;
    if (local == null) {
      return; // the call is over
    }
    if (what != Want.CHANNEL && local.receiver().help(this)) {
      return;
    }
    Thread self = Thread.currentThread();
    do {
      want = what;
      waiter = self;
      VarHandle.fullFence(); // publish, then look: see wake
      if (!ready(what)) {
        LockSupport.park(this);
      }
      if (!WAITER.compareAndSet(this, self, null)) {
        local.outbox().arrived();
      }
      if (Thread.interrupted()) {
        abort(RxCode.USER_ABORT, AbortReason.USER_INTERRUPTED);
        throw new InterruptedException();
      }
    } while (!ready(what));
  }

  @Override
  public boolean isOver() {
    return ready(want);
  }

  private boolean ready(Want what) {
    if (completion != null) {
      return true;
    }
    return switch (what) {
      case CHANNEL -> connection != null;
      case ROOM -> roomPackets >= wakeWriterAt();
      case DATA -> ring.available() || requestComplete;
    };
  }

  /** A writer is woken for a good part of the window, not for each packet. */
  private int wakeWriterAt() {
    return Math.max(1, limits.sendWindow() / 4);
  }

  /** What may be waited for is published: wakes who waits for it. Else one fence and one read. */
  private void wake(LocalEndpoint local) {
    VarHandle.fullFence(); // or the look for a waiter might come before what was published
    Thread sleeper = waiter;
    if (sleeper != null && ready(want)) {
      unpark(sleeper, local);
    }
    tellNews();
  }

  private void tellNews() {
    ReadinessListener watcher = listener;
    if (watcher != null && isNews()) {
      watcher.signal();
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

  private void unpark(Thread sleeper, LocalEndpoint local) {
    local.outbox().expect(); // before it can arrive
    if (WAITER.compareAndSet(this, sleeper, null)) {
      LockSupport.unpark(sleeper);
    } else {
      local.outbox().arrived();
    }
  }

  /**
   * Runs {@code task} on a virtual thread whenever something has come to read, there has come to be
   * room for a good part of the window, or the call has ended; and now if that is so; never twice
   * at a time.
   */
  public void whenReady(Runnable task) {
    ReadinessListener later = new ReadinessListener(task);
    listener = later;
    VarHandle.fullFence(); // publish, then look: see wake
    TOLD.setVolatile(this, readiness());
    if (ready(Want.DATA) || hasRoom()) {
      later.signal();
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
        | (completion != null ? 1 : 0)
        | (requestComplete ? 2 : 0)
        | (hasRoom() ? ROOM_BIT : 0);
  }

  private boolean hasRoom() {
    return connection != null && roomPackets >= wakeWriterAt();
  }

  // ---- service

  /** The call counts as active in {@code service} until user and network are both done with it. */
  void activeIn(HostedService service, Peer client) {
    activeIn = service;
    peer = client;
  }

  /**
   * The user has let go of the call, and ended it before that if need be. Of a service once only.
   */
  public void userDone() {
    ring.release();
    protection.userDone();
    letGo();
  }

  private void letGo() {
    HostedService service = activeIn;
    if (service != null && holders.decrementAndGet() == 0) {
      service.noLongerActive(peer());
    }
  }

  /** Returns the user's own name for the call; 0 if none. */
  public long userId() {
    return userId;
  }

  /** Returns what the user attached when it charged the call. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /** Returns whether all of the request is there, so that a reply may begin. */
  public boolean requestComplete() {
    return requestComplete;
  }

  // ---- channel

  /**
   * The call gets a channel; whoever releases one calls this, or the user itself.
   *
   * @return false if the call has ended meanwhile and does not take it
   */
  boolean granted(ConnectionDriver ours, int ourChannel, int ourCallNumber, Upgrade upgrade) {
    LocalEndpoint local = endpoint;
    if (local == null) {
      return false;
    }
    long nowNanos = local.nanoTime();
    core.lock();
    try {
      if (machine.isComplete()) {
        return false;
      }
      channel = ourChannel;
      callNumber = ourCallNumber;
      peer = ours.peer();
      serviceId = ours.serviceId();
      ours.occupy(ourChannel, this, nowNanos);
      SharedSecurity known = ours.security();
      if (known != null) {
        protection.begin(known, channel, callNumber, machine, ring);
      }
      machine.attach(
          nowNanos, ours.callAddress(ourChannel, ourCallNumber, upgrade), ours, ours.peer());
      connection = ours;
      if (role == Role.SERVICE) {
        record.started(nowNanos);
      }
      machine.traceTo(local.observer().traceOf(this));
      publish(local);
    } finally {
      core.unlock();
    }
    if (role == Role.CLIENT) {
      local.observer().callAttached(this, nowNanos);
    }
    wake(local);
    return true;
  }

  // ---- receive and timer threads

  /** Takes the core lock for a run of packets of this call; {@link #endPackets} gives it back. */
  void beginPackets() {
    core.lock();
  }

  /** Takes one packet of the run. */
  void handlePacket(long nowNanos, Packet packet) {
    machine.handlePacket(nowNanos, packet);
  }

  /**
   * Ends the run: adds what is to be sent to {@code batch}, which is sent when it is full.
   *
   * @return who sends for the call now; if that is who receives, {@link #sent} must follow
   */
  SendTurn.Holder endPackets(long nowNanos, SendBatch batch, LocalEndpoint local) {
    SendTurn.Holder holder;
    boolean full;
    try {
      full = transmitAsReceiver(nowNanos, batch, local);
      holder = turn.holder();
    } finally {
      core.unlock();
    }
    while (full) {
      local.send(batch);
      core.lock();
      try {
        full = transmitInTurn(nowNanos, batch, local);
      } finally {
        core.unlock();
      }
    }
    wake(local);
    return holder;
  }

  private boolean transmitAsReceiver(long nowNanos, SendBatch batch, LocalEndpoint local) {
    boolean wasFree = turn.holder() == SendTurn.Holder.NOBODY;
    if (!turn.take(SendTurn.Holder.RECEIVER)) {
      publish(local);
      return false;
    }
    int before = batch.count();
    boolean full = transmitInTurn(nowNanos, batch, local);
    if (wasFree && !full && batch.count() == before) {
      turn.giveBack();
    }
    return full;
  }

  /** The batch with packets of {@link #endPackets} is out. */
  void sent(LocalEndpoint local) {
    SendBatch batch = local.borrowBatch();
    sendRest(SendTurn.Holder.RECEIVER, batch, local, ROUNDS_FOR_OTHERS);
    local.returnBatch(batch);
    wake(local);
    if (completion != null) {
      finish();
    }
  }

  @Override
  void onTimeout(long nowNanos) {
    LocalEndpoint local = endpoint;
    step(
        now -> {
          machine.handleTimeout(now);
          peerIsSilent = machine.peerIsSilent(now);
        },
        ROUNDS_FOR_OTHERS);
    if (peerIsSilent && local != null) {
      local.askAfter(peer());
    }
  }

  /** The network says that {@code quoted}, a packet of this call, has not arrived. */
  void undelivered(PacketHeader quoted, String why) {
    step(nowNanos -> machine.undelivered(quoted, why));
  }

  /**
   * The network says that {@code quoted}, a packet of this call, was too large.
   *
   * @param fits UDP payload that would not have been, 0 if not said
   */
  void tooBig(PacketHeader quoted, int fits) {
    step(nowNanos -> machine.tooBig(nowNanos, quoted, fits));
  }

  /** The network says that nobody is to be reached at the peer's address. */
  void unreachable(String why) {
    fail(new Completion.Unreachable(why));
  }

  /**
   * One step of the machine: {@code event} under the core lock, then without it what the machine
   * wants sent, the wake-up of the user, and the end of the call if it has come.
   */
  void step(LongConsumer event) {
    step(event, Integer.MAX_VALUE);
  }

  /**
   * As {@link #step(LongConsumer)}.
   *
   * @param rounds how often this thread sends what others have left to it meanwhile
   */
  private void step(LongConsumer event, int rounds) {
    assert !core.isHeldByCurrentThread();
    LocalEndpoint local = endpoint;
    if (local == null) {
      return;
    }
    SendBatch batch = local.borrowBatch();
    boolean mine;
    core.lock();
    try {
      long nowNanos = local.nanoTime();
      event.accept(nowNanos);
      mine = turn.take(SendTurn.Holder.STEP);
      if (mine) {
        turn.noteMore(transmitInTurn(nowNanos, batch, local));
      } else if (local.isClosed()) {
        transmit(nowNanos, batch, local); // the holder may come too late, and order matters no more
      } else {
        publish(local);
      }
    } finally {
      core.unlock();
    }
    if (mine) {
      postInTurn(SendTurn.Holder.STEP, batch, local);
      sendRest(SendTurn.Holder.STEP, batch, local, rounds);
    } else {
      local.post(batch);
    }
    local.returnBatch(batch);
    wake(local);
    if (mine && completion != null) {
      finish(); // else whoever has the turn does, when the last packet is out
    }
  }

  /**
   * By the holder of the turn: sends what is left, and gives the turn back. A thread that serves
   * other calls, too, does not send for ever for one whose user writes as fast as it sends: after
   * some rounds it leaves the rest to a thread of its own.
   */
  private void sendRest(SendTurn.Holder self, SendBatch batch, LocalEndpoint local, int rounds) {
    for (int round = 0; ; round++) {
      core.lock();
      try {
        if (!turn.goOn(self)) {
          return;
        }
        if (round == rounds) {
          turn.drop();
          break;
        }
        turn.noteMore(transmitInTurn(local.nanoTime(), batch, local));
      } finally {
        core.unlock();
      }
      postInTurn(self, batch, local);
    }
    Thread.startVirtualThread(() -> step(nowNanos -> {})); // sends, and ends the call if it is over
  }

  /** As {@link #transmit}, by the holder of the turn. */
  private boolean transmitInTurn(long nowNanos, SendBatch batch, LocalEndpoint local) {
    boolean done = false;
    try {
      boolean full = transmit(nowNanos, batch, local);
      done = true;
      return full;
    } finally {
      if (!done) {
        turn.drop(); // a fault may cost packets, but not the call
      }
    }
  }

  private void postInTurn(SendTurn.Holder self, SendBatch batch, LocalEndpoint local) {
    boolean done = false;
    try {
      local.post(batch);
      done = true;
    } finally {
      if (!done) {
        dropTurn(self);
      }
    }
  }

  /** What {@code self} was sending has failed: the next event sends again. */
  void dropTurn(SendTurn.Holder self) {
    core.lock();
    try {
      if (turn.holder() == self) {
        turn.drop();
      }
    } finally {
      core.unlock();
    }
    if (completion != null) {
      finish();
    }
  }

  /** Under the core lock: encodes what is to be sent; returns true if the batch is full. */
  private boolean transmit(long nowNanos, SendBatch batch, LocalEndpoint local) {
    ConnectionDriver ours = connection;
    if (ours != null) {
      ours.address(batch);
    }
    boolean more = machine.pollTransmit(nowNanos, batch);
    machine.countTraffic(nowNanos, batch);
    batch.note(machine.takeEvents());
    publish(local);
    return more;
  }

  /** Under the core lock: makes the machine's state visible to those who hold no lock. */
  private void publish(LocalEndpoint local) {
    roomPackets = machine.roomPackets();
    switch (machine.state()) {
      case Complete(Completion how) -> {
        if (completion == null) {
          completion = how;
        }
        return;
      }
      case Phase phase ->
          requestComplete = role == Role.SERVICE && phase != Phase.RECEIVING_REQUEST;
    }
    long deadline = machine.nextDeadlineNanos();
    if (deadline != NEVER) {
      local.timers().schedule(this, deadline);
    }
  }

  /**
   * Lets go of channel, timer and endpoint after the last packet is out. Whoever sees the call
   * complete calls this; the first does the work.
   */
  void finish() {
    LocalEndpoint local = (LocalEndpoint) ENDPOINT.getAndSet(this, null);
    if (local == null) {
      return;
    }
    local.timers().cancel(this);
    local.observer().callEnded(this);
    ConnectionDriver ours = connection;
    Bundle from = bundle;
    if (ours != null) {
      ours.callEnded(channel, this, lastCall(local.nanoTime()), local);
    } else if (from != null) {
      from.cancel(this);
    }
    if (from != null) {
      from.release();
    }
    protection.networkDone();
    if (role == Role.SERVICE) {
      local.calls().remove(this);
      letGo();
    }
    wake(local);
  }

  /** Returns whether the peer cannot know of the call. */
  boolean nothingSent() {
    core.lock();
    try {
      return machine.nothingSent();
    } finally {
      core.unlock();
    }
  }

  /** Returns whether the call has let go of everything. */
  boolean isFinished() {
    return endpoint == null;
  }

  private LastCall lastCall(long nowNanos) {
    core.lock();
    try {
      return new LastCall(
          callNumber,
          Objects.requireNonNull(completion),
          machine.receivedUpTo(),
          nowNanos,
          machine.owesFinalAck());
    } finally {
      core.unlock();
    }
  }

  // ---- what others may know

  /** Returns the wire connection; null while the call waits for a channel. */
  @Nullable ConnectionDriver connection() {
    return connection;
  }

  /** Returns the number of the call on its endpoint. */
  long debugId() {
    return debugId;
  }

  /** Returns how the call ended, or null while it runs. */
  public @Nullable Completion completion() {
    Completion found = protection.violation();
    return found != null ? found : completion;
  }

  /** Returns how the call ended, in one word; it must have. */
  Outcome outcome() {
    return Objects.requireNonNull(completion).outcome();
  }

  /** Service: a user has taken the call. */
  void accepted() {
    record.accepted();
  }

  long ageNanos(long nowNanos) {
    return record.ageNanos(nowNanos);
  }

  CallIdentity identity() {
    ConnectionDriver ours = connection;
    int cid = ours == null ? 0 : ours.connectionId() | channel;
    return new CallIdentity(
        debugId, EndpointObserver.side(role), peer().address(), serviceId(), cid, callNumber);
  }

  /** Returns the event that says how the call ended; it must have. */
  CallCompleted completed(long nowNanos) {
    return new CallView(this).completed(nowNanos);
  }

  /** Returns the call as those who watch see it; takes no lock. */
  CallSnapshot snapshot(long nowNanos) {
    return new CallView(this).snapshot(nowNanos);
  }

  /** Returns whether a user waits. */
  boolean hasWaiter() {
    return waiter != null;
  }

  /** Returns what the user that waits, waits for. */
  Want want() {
    return want;
  }

  /** Client: returns where the channel is to come from. */
  @Nullable Bundle bundle() {
    return bundle;
  }

  LocalEndpoint.Sharing sharing() {
    return sharing;
  }

  /** Returns how many further packets may be begun. */
  int roomPackets() {
    return roomPackets;
  }

  int channel() {
    return channel;
  }

  Role role() {
    return role;
  }

  int callNumber() {
    return callNumber;
  }

  /** Returns the service ID of the call; after an upgrade that of the service that serves it. */
  public int serviceId() {
    ConnectionDriver ours = connection;
    return ours == null ? serviceId : ours.serviceId();
  }

  /** Returns the peer; there is one from the first packet or {@code newCall} on. */
  public Peer peer() {
    return Objects.requireNonNull(peer, "call was never connected");
  }

  /** Returns the name of the call in logs. */
  public String name() {
    ConnectionDriver ours = connection;
    return ours == null ? "C" + debugId : "C" + debugId + "/" + ours.name() + "#" + callNumber;
  }

  /** Returns in words the phase that the call is in, or was in when it ended. */
  public String phase() {
    return core.glance(
        () ->
            connection == null && role == Role.CLIENT
                ? "waiting for a channel"
                : machine.phase().toString().toLowerCase(Locale.ROOT).replace('_', ' '));
  }

  /** Returns how many bytes the peer has acknowledged for good. */
  public long bytesAcknowledged() {
    return core.glance(machine::bytesAcknowledged);
  }

  /**
   * Returns whether the peer may have executed the call. One that was refused as busy has not been,
   * unless its request was sent twice: then one copy may have been refused and the other taken.
   */
  public boolean mayHaveExecuted() {
    return core.glance(() -> !machine.nothingSent() && !machine.wasRefusedForGood());
  }

  @Override
  public String toString() {
    return name();
  }
}
