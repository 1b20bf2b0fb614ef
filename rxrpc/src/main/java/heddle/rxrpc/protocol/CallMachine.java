package heddle.rxrpc.protocol;

import heddle.rxrpc.protocol.CallState.Complete;
import heddle.rxrpc.protocol.CallState.Event;
import heddle.rxrpc.protocol.CallState.Event.Step;
import heddle.rxrpc.protocol.CallState.Phase;
import heddle.rxrpc.protocol.Timers.Timer;
import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.trace.TraceEvent.LossCause;
import heddle.rxrpc.trace.TraceEvent.WindowCause;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call as the protocol sees it: told of packets, time-outs and the user's commands, it changes
 * its state and says what to send and when it wants to be woken.
 *
 * <p>Not thread-safe: the driver holds the call's core lock. The meaning of incoming packets is in
 * {@link CallInput}, the choice of outgoing ones in {@link CallOutput}, the books are in the window
 * classes, the transitions in {@link CallState}, the deadlines in {@link Timers}, the watch on a
 * silent peer in {@link PeerSilence}.
 */
public final class CallMachine {
  final Role role;
  final Timers timers = new Timers();
  final AckScheduler acks;
  final ReceiveWindow receive;
  final SendWindow send;
  final RttEstimator rtt;
  final CongestionController congestion;
  final LossDetector loss;
  final CallOffer offer;
  final PathProbe probe;
  final BlackHole hole;
  final PeerSilence silence;
  final CallTraffic fresh = new CallTraffic(); // what the driver has not added up yet
  CallTrace trace = CallTrace.OFF;

  private static final CallState SUCCEEDED = new Complete(Completion.Plain.SUCCEEDED);

  private final CallTraffic traffic = new CallTraffic();
  private final CallTimeouts timeouts;
  private final Limits limits;
  private final CallInput input;
  private final CallOutput output;
  private CallState state;
  private Phase lastPhase;
  private @Nullable CallAddress address;
  private @Nullable Peer peer;
  private int packetBytes; // of the largest DATA packet, all told
  private int unansweredAtEnd; // packets
  private @Nullable CallSecurity security; // null: packets go as they are
  private volatile int advertisedEnd; // read by the reader, who holds no lock
  private volatile int sendLimit; // likewise by the writer

  /** Creates a call that has no channel yet. */
  public CallMachine(Role role, Limits limits, CallTimeouts timeouts, Delivery delivery) {
    this(role, limits, timeouts, delivery, Packetizer.FIRST_SEQ);
  }

  /**
   * Creates a call whose sequence numbers do not begin where those of calls do. For tests: numbers
   * wrap only after terabytes.
   */
  CallMachine(Role role, Limits limits, CallTimeouts timeouts, Delivery delivery, int firstSeq) {
    this.role = role;
    this.timeouts = timeouts;
    this.limits = limits;
    this.lastPhase = role == Role.CLIENT ? Phase.SENDING_REQUEST : Phase.RECEIVING_REQUEST;
    this.state = lastPhase;
    this.acks = new AckScheduler(limits, timers);
    this.receive = new ReceiveWindow(limits, delivery, firstSeq);
    this.advertisedEnd = receive.end();
    this.send = new SendWindow(limits, firstSeq);
    this.sendLimit = send.limit();
    this.rtt = new RttEstimator(limits);
    this.congestion = new RenoController(limits);
    this.loss = new LossDetector(limits, send, rtt, timers);
    this.offer = new CallOffer(this, timeouts.busyNanos());
    this.probe = new PathProbe(this);
    this.hole = new BlackHole(this);
    this.silence = new PeerSilence(this, timeouts);
    this.input = new CallInput(this);
    this.output = new CallOutput(this);
  }

  /** The call exists from now on; its hard time-out runs. */
  public void begin(long nowNanos) {
    if (timeouts.hardNanos() > 0) {
      timers.set(Timer.HARD, nowNanos + timeouts.hardNanos());
    }
  }

  /** The packets that are written from now on are sealed; nothing was written yet. */
  public void secure(CallSecurity by) {
    security = by;
    send.secure(by);
    if (packetBytes > 0) {
      send.packetBytes(userBytes(packetBytes));
    }
  }

  /** Returns how much of the user's data a DATA packet holds that is so long, all told. */
  private int userBytes(int bytes) {
    int payloadBytes = bytes - PacketHeader.LENGTH;
    return security == null ? payloadBytes : security.userBytes(payloadBytes);
  }

  /** The call has a channel. */
  public void attach(long nowNanos, CallAddress ours, SerialCounter serials, Peer knownPeer) {
    address = ours;
    peer = knownPeer;
    rtt.begin(knownPeer);
    congestion.begin(knownPeer);
    output.begin(ours, serials);
    if (role == Role.CLIENT) {
      send.firstPacketBytes(userBytes(PathMtu.BASE)); // or nobody there may know of the call
    }
    followPath(nowNanos);
    silence.begin(nowNanos);
    watch(nowNanos);
  }

  /** Lets packets be as large as the path to the peer takes now. */
  private void followPath(long nowNanos) {
    int bytes = peer().packetBytes(nowNanos);
    if (bytes != packetBytes && !send.packets().isFilling()) {
      congestion.packetBytes(packetBytes == 0 ? limits.packetBytes() : packetBytes, bytes);
      packetBytes = bytes;
      send.packetBytes(userBytes(bytes));
      sendLimit = send.limit();
    }
  }

  // ---- commands of the user

  /** Takes bytes to send as far as there is room; returns how many. */
  public int write(long nowNanos, ByteBuffer source) {
    if (isComplete() || send.ended()) {
      return 0;
    }
    if (state == Phase.SERVING && source.hasRemaining()) {
      apply(Step.REPLY_BEGUN);
    }
    int taken = send.write(source);
    watch(nowNanos);
    return taken;
  }

  /**
   * Takes bytes to send where packets are sealed, in three steps, since that takes time: makes
   * places for so many bytes. {@link #fill} and {@link #publish} must follow.
   *
   * @return false if there is no room now
   */
  public boolean reserve(int bytes) {
    return !isComplete() && send.packets().reserve(bytes);
  }

  /**
   * The second step, the only one that is done without the call's lock: moves bytes into the places
   * and seals them.
   *
   * @param last whether nothing is written after this
   */
  public void fill(ByteBuffer source, boolean last) throws SecurityViolationException {
    send.packets().fill(source, last);
  }

  /**
   * The third step: what was filled may be sent.
   *
   * @param bytes of the user's data
   */
  public void publish(long nowNanos, int bytes) {
    if (isComplete()) {
      return;
    }
    if (state == Phase.SERVING && bytes > 0) {
      apply(Step.REPLY_BEGUN);
    }
    send.packets().publish();
    watch(nowNanos);
  }

  /** Returns how many further packets {@link #write} would take. */
  public int roomPackets() {
    return send.roomPackets();
  }

  /** Returns how many packets may wait for their acknowledgement. By any thread. */
  public int sendLimit() {
    return sendLimit;
  }

  /** Returns whether nothing that was written waits for an acknowledgement. */
  public boolean sendWindowEmpty() {
    return send.queuedTop() == send.base();
  }

  /** Ends the request or reply. */
  public void end(long nowNanos) {
    if (isComplete() || send.ended()) {
      return;
    }
    send.end();
    apply(Step.LAST_PACKET_QUEUED);
    watch(nowNanos);
  }

  /** The reader has made much room since the peer was told of the window: tell it again. */
  public void windowOpened(long nowNanos) {
    if (!isComplete()) {
      silence.progressed(nowNanos); // the peer had no chance until now
      acks.proposeFinal(0);
    }
  }

  /** Returns the first sequence number beyond the window that the peer was last told. */
  public int advertisedEnd() {
    return advertisedEnd;
  }

  /** Ends the call from this side; the peer is told if it may know of the call. */
  public void abort(int code, AbortReason reason) {
    if (!isComplete()) {
      output.oweAbort(code);
      complete(new Completion.LocallyAborted(code, reason));
    }
  }

  /** Ends the call as {@code how} says, sending nothing. */
  public void fail(Completion how) {
    if (!isComplete()) {
      complete(how);
    }
  }

  /**
   * The network says that a packet of this call did not arrive. That ends the call if it was sent
   * after the peer was heard of last; else the news is old, or forged.
   */
  public void undelivered(PacketHeader quoted, String why) {
    if (output.wasSentSinceHeard(quoted)) {
      fail(new Completion.Unreachable(why));
    }
  }

  /**
   * The network says that a packet of this call was too large.
   *
   * @param fits what would have got through, its IP and UDP headers not counted; 0 if not said
   */
  public void tooBig(long nowNanos, PacketHeader quoted, int fits) {
    if (!isComplete() && !probe.tooBig(nowNanos, quoted.serial(), fits)) {
      output.datagramBytes(quoted).ifPresent(bytes -> peer().path().tooBig(nowNanos, bytes, fits));
    }
  }

  /** Ends the call because the endpoint closes; the peer is told. */
  public void closeEndpoint(int code) {
    if (!isComplete()) {
      output.oweAbort(code);
      complete(Completion.Plain.ENDPOINT_CLOSED);
    }
  }

  /** The client began another call on the channel: it has our reply, or no use for it. */
  public void supersede() {
    if (state == Phase.AWAITING_FINAL_ACK && send.allSent()) {
      send.acknowledgeAll();
      apply(Step.ALL_ACKNOWLEDGED);
    } else {
      fail(new Completion.LocallyAborted(RxCode.CALL_DEAD, AbortReason.SUPERSEDED));
    }
  }

  // ---- events

  /** Takes a packet that belongs to this call. */
  public void handlePacket(long nowNanos, Packet packet) {
    if (isComplete()) {
      return;
    }
    silence.heard(nowNanos);
    output.heard(bytesOf(packet));
    if (packet instanceof DataPacket || packet instanceof AckPacket) {
      output.servedBy(packet.header().serviceId());
    }
    input.handle(nowNanos, packet);
    watch(nowNanos);
  }

  private static int bytesOf(Packet packet) {
    return packet instanceof DataPacket data
        ? PacketHeader.LENGTH + data.length()
        : PacketHeader.LENGTH;
  }

  /** Does what the deadlines that have come ask for. */
  public void handleTimeout(long nowNanos) {
    if (isComplete()) {
      return;
    }
    silence.excusePause(nowNanos);
    if (timers.expire(Timer.HARD, nowNanos)) {
      timeOut(Completion.Timeout.HARD);
      return;
    }
    if (timers.expire(Timer.SILENCE, nowNanos)) {
      Completion.Timeout passed = silence.passed(nowNanos);
      if (passed != null) {
        timeOut(passed);
        return;
      }
    }
    if (timers.expire(Timer.ACK, nowNanos)) {
      acks.onTimeout();
    }
    if (timers.expire(Timer.REORDER, nowNanos)) {
      onLoss(nowNanos, loss.detect(nowNanos));
    }
    if (timers.expire(Timer.PROBE, nowNanos)) {
      loss.onProbeTimeout(nowNanos);
    }
    if (timers.expire(Timer.RESEND, nowNanos)) {
      int before = congestion.window();
      trace.lost(nowNanos, send.inFlight(), LossCause.TIME_OUT);
      congestion.onResendTimeout(send.inFlight());
      trace.window(nowNanos, before, congestion, WindowCause.TIME_OUT);
      hole.onResendTimeout(nowNanos);
      loss.onResendTimeout(nowNanos);
    }
    if (timers.expire(Timer.QUIET, nowNanos)) {
      hole.onQuietOver(nowNanos);
    }
    if (timers.expire(Timer.PATH_PROBE, nowNanos)) {
      probe.onTimeout(nowNanos);
    }
    timers.expire(Timer.REACH, nowNanos); // what is sent next sees whether it still matters
    timers.expire(Timer.OFFER, nowNanos); // likewise
    if (timers.expire(Timer.PING, nowNanos)) {
      output.owePing();
    }
    watch(nowNanos);
  }

  /** Returns whether the peer owes us something and has sent nothing for a while. */
  public boolean peerIsSilent(long nowNanos) {
    return !isComplete() && silence.isLong(nowNanos);
  }

  /** Returns whether our own reader is what keeps the peer from sending more. */
  boolean readerLeavesNoRoom() {
    return !receive.complete() && (advertisedEnd == receive.next() || receive.free() == 0);
  }

  private void timeOut(Completion.Timeout which) {
    output.oweAbort(which == Completion.Timeout.HARD ? RxCode.CALL_TIMEOUT : RxCode.CALL_DEAD);
    complete(new Completion.TimedOut(which));
  }

  // ---- outputs

  /**
   * Writes what is to be sent now.
   *
   * @return true if the sink had no room for all of it
   */
  public boolean pollTransmit(long nowNanos, DatagramSink sink) {
    if (address == null) {
      return false;
    }
    followPath(nowNanos);
    SecurityViolationException unsealed = send.packets().failure();
    if (unsealed != null) {
      abort(unsealed.abortCode(), AbortReason.of(unsealed.violation()));
    }
    return output.poll(nowNanos, sink);
  }

  /** Returns when {@link #handleTimeout} is wanted, or {@link Long#MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    return timers.next();
  }

  public CallState state() {
    return state;
  }

  /** Returns the phase that the call is in, or was in when it ended. */
  public Phase phase() {
    return lastPhase;
  }

  public boolean isComplete() {
    return state instanceof Complete;
  }

  /** Returns bytes of the user's data that the peer has acknowledged for good. */
  public long bytesAcknowledged() {
    return send.bytesAcknowledged();
  }

  /** Returns whether no packet of this call has ever been sent. */
  public boolean nothingSent() {
    return send.nothingSent();
  }

  /** Returns whether the peer has refused the call, and each copy of the request that was sent. */
  public boolean wasRefusedForGood() {
    return offer.wasRefusedForGood();
  }

  /**
   * Returns whether the channel must acknowledge the reply of this call, which has ended, unless
   * its next call does so.
   */
  public boolean owesFinalAck() {
    return role == Role.CLIENT
        && state.equals(SUCCEEDED)
        && acks.anythingUnacknowledged()
        && !acks.due();
  }

  /** Returns how many packets had been sent and not acknowledged when the call ended. */
  public int unansweredAtEnd() {
    return unansweredAtEnd;
  }

  /** Returns the first sequence number not received: what a late duplicate is answered with. */
  public int receivedUpTo() {
    return receive.next();
  }

  // ---- for those who watch

  /** From now on what happens is noted in {@code target}. */
  public void traceTo(CallTrace target) {
    trace = target;
  }

  /** Returns what was noted since the last time. */
  public List<TraceEvent> takeEvents() {
    return trace.take();
  }

  /** Adds what was sent and received since the last time to the sums of peer and endpoint. */
  public void countTraffic(long nowNanos, TrafficSink endpoint) {
    if (!fresh.isEmpty()) {
      traffic.add(fresh);
      peer().count(fresh, nowNanos);
      endpoint.add(fresh);
      fresh.clear();
    }
  }

  /** Returns the sums of what was sent and received. */
  public CallTraffic traffic() {
    CallTraffic sum = new CallTraffic();
    sum.add(traffic);
    sum.add(fresh);
    return sum;
  }

  /** Returns what a snapshot says of the packets that this side sends. */
  public CallSnapshot.Sending sending() {
    return send.snapshot(congestion, traffic());
  }

  /**
   * Returns what a snapshot says of the packets that this side gets.
   *
   * @param unread packets that wait for the reader
   */
  public CallSnapshot.Receiving receiving(int unread) {
    return receive.snapshot(unread, input.lastSerial(), traffic());
  }

  // ---- for the collaborators

  void apply(Event event) {
    CallState before = state;
    state = CallState.after(before, event);
    if (state instanceof Phase phase) {
      lastPhase = phase;
    } else if (!(before instanceof Complete)) {
      settle();
    }
  }

  void complete(Completion how) {
    apply(new Event.Ended(how));
  }

  /** A completed call wants nothing any more but to send what it owes. */
  private void settle() {
    if (peer != null) {
      probe.abandon();
    }
    timers.clearAll();
    if (!state.equals(SUCCEEDED)) {
      acks.sent();
    }
    unansweredAtEnd = send.inFlight() + send.lost(); // which may only be late
    send.release();
    receive.release();
  }

  void advertised(int end) {
    advertisedEnd = end;
  }

  void pingSent(long nowNanos, int serial) {
    input.pingSent(nowNanos, serial);
    hole.pingSent(serial);
  }

  void askWhetherPeerIsThere() {
    output.oweQuestion();
  }

  void onLoss(long nowNanos, int packets) {
    if (packets > 0) {
      int before = congestion.window();
      trace.lost(nowNanos, packets, LossCause.OVERTAKEN);
      congestion.onLoss(send.inFlight() + packets, send.base(), send.sentTop());
      trace.window(nowNanos, before, congestion, WindowCause.LOSS);
    }
  }

  void sampleRtt(long nowNanos, long rttNanos) {
    rtt.sample(rttNanos);
    fresh.sampledRtt(rttNanos);
    trace.sampled(nowNanos, rtt);
  }

  Peer peer() {
    return Objects.requireNonNull(peer, "call has no channel");
  }

  private void watch(long nowNanos) {
    if (!isComplete() && address != null) {
      silence.watch(nowNanos);
    }
  }

  /** Returns whether it is the peer's turn to send something. */
  boolean peerOwesUs() {
    return switch (state) {
      case Phase.AWAITING_REPLY,
          Phase.RECEIVING_REPLY,
          Phase.RECEIVING_REQUEST,
          Phase.AWAITING_FINAL_ACK ->
          true;
      case Phase.SENDING_REQUEST, Phase.SENDING_REPLY -> !sendWindowEmpty();
      default -> false;
    };
  }

  @Override
  public String toString() {
    return state + " " + send + " " + receive + " " + congestion;
  }
}
