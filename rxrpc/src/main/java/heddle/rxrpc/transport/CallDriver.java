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
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.trace.CallIdentity;
import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.trace.Outcome;
import heddle.rxrpc.trace.TraceEvent.CallCompleted;
import heddle.rxrpc.wire.PacketHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call between its users and the network, from its beginning to its end: who it is, what it
 * holds, and what becomes of it.
 *
 * <p><b>Locks.</b> Users take turns in {@link CallUser}, and wait in {@link CallReadiness}. The
 * <i>core lock</i> guards the machine for one step; no I/O, no user code and no waiting happens
 * under it. {@link CallSteps} makes the steps and sends what the machine wants sent.
 *
 * <p><b>End.</b> A call ends once. After the last packet it owes is out it lets go of its channel,
 * its timer and its endpoint, in {@link #finish}, exactly once.
 */
public final class CallDriver extends Timeout {
  private static final VarHandle ENDPOINT;
  private static final long NEVER = Long.MAX_VALUE;

  static {
    try {
      ENDPOINT =
          MethodHandles.lookup().findVarHandle(CallDriver.class, "endpoint", LocalEndpoint.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final CallUser user;
  final CallReadiness readiness;
  final CallSteps steps;
  final CoreLock core = new CoreLock();
  private final Role role;
  private final long debugId;
  private final long userId; // the user's own name for the call
  private final @Nullable Object attachment;
  final ReceiveRing ring;
  final CallMachine machine; // guarded by core
  final CallRecord record = new CallRecord();

  private volatile @Nullable LocalEndpoint endpoint; // null once the call is finished
  private volatile @Nullable Completion completion;
  private volatile boolean requestComplete; // service: all of the request is there
  private volatile int roomPackets = 1;

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
    Limits limits = endpoint.limits();
    this.ring =
        new ReceiveRing(2 * limits.receiveWindow(), endpoint.receiveBudget(), endpoint.lender());
    this.machine = new CallMachine(role, limits, timeouts, ring);
    this.readiness = new CallReadiness(this, ring);
    this.steps = new CallSteps(this, readiness, core, machine);
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
   * Reads of the peer's phase until {@code target} is full, or the phase has ended.
   *
   * @return the number of bytes, or -1 if there was none before the end of the phase
   */
  public int readFully(ByteBuffer target) throws CallEndedException, InterruptedException {
    return user.readFully(target);
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
    steps.step(nowNanos -> machine.abort(code, reason));
  }

  /** The endpoint closes: the call ends, the peer is told. */
  void closeEndpoint(int code) {
    steps.step(nowNanos -> machine.closeEndpoint(code));
  }

  /** Ends the call as {@code how} says without telling the peer. */
  void fail(Completion how) {
    steps.step(nowNanos -> machine.fail(how));
  }

  /** Service: the client began its next call on our channel. */
  void supersede() {
    steps.step(nowNanos -> machine.supersede());
  }

  /**
   * Runs {@code task} on a virtual thread whenever something has come to read, there has come to be
   * room for a good part of the window, or the call has ended; and now if that is so; never twice
   * at a time.
   */
  public void whenReady(Runnable task) {
    readiness.whenReady(task);
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
    user.done();
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
    readiness.wake(local);
    return true;
  }

  // ---- timer, and what the network says

  @Override
  void onTimeout(long nowNanos) {
    LocalEndpoint local = endpoint;
    steps.shortStep(
        now -> {
          machine.handleTimeout(now);
          peerIsSilent = machine.peerIsSilent(now);
        });
    if (peerIsSilent && local != null) {
      local.askAfter(peer());
    }
  }

  /** The network says that {@code quoted}, a packet of this call, has not arrived. */
  void undelivered(PacketHeader quoted, String why) {
    steps.step(nowNanos -> machine.undelivered(quoted, why));
  }

  /**
   * The network says that {@code quoted}, a packet of this call, was too large.
   *
   * @param fits UDP payload that would not have been, 0 if not said
   */
  void tooBig(PacketHeader quoted, int fits) {
    steps.step(nowNanos -> machine.tooBig(nowNanos, quoted, fits));
  }

  /** The network says that nobody is to be reached at the peer's address. */
  void unreachable(String why) {
    fail(new Completion.Unreachable(why));
  }

  /** Under the core lock: makes the machine's state visible to those who hold no lock. */
  void publish(LocalEndpoint local) {
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
    readiness.wake(local);
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

  /** Returns the endpoint, or null once the call is finished. */
  @Nullable LocalEndpoint endpoint() {
    return endpoint;
  }

  /** Returns whether the call has ended, but for what it may still have to send. */
  boolean hasEnded() {
    return completion != null;
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
          machine.unansweredAtEnd(),
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
