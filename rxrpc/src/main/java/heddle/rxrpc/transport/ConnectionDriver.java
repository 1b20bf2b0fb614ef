package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallAddress;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.protocol.SerialCounter;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.trace.ConnectionSnapshot;
import heddle.rxrpc.trace.ConnectionSnapshot.Channel;
import heddle.rxrpc.trace.Ending;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.Serial;
import java.net.InetAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** One wire connection: its identity, its serial numbers and its four channels. Thread-safe. */
final class ConnectionDriver implements SerialCounter {
  static final int CHANNELS = 4;

  private static final int ABORT_BYTES = PacketHeader.LENGTH + Integer.BYTES;

  private final Role role;
  private final int epoch;
  private final int connectionId; // as on the wire: the two channel bits are 0
  private volatile int serviceId;
  private volatile boolean asksForUpgrade; // a call does, and its answer has not come
  private final int securityIndex;
  private final Peer peer;
  private final @Nullable Bundle bundle; // client
  private final AtomicInteger serial;
  private final UseCount uses = new UseCount();
  private final AtomicReferenceArray<@Nullable CallDriver> current =
      new AtomicReferenceArray<>(CHANNELS);
  private final LastCalls last;
  private volatile long lastUsedNanos;
  private int highestSerial; // received; by the receive thread, others may read it a little late
  private volatile InetAddress local = SendBatch.ANY_ADDRESS; // of ours that the peer asks
  private @Nullable ClientSecurity client; // set before anybody else knows of the connection
  private volatile @Nullable SharedSecurity security; // service: once the handshake is done
  private @Nullable HandshakeDriver handshake; // service; set before anybody else knows of it
  private volatile @Nullable Completion refused; // what becomes of each further call

  /** What names a connection on the wire. */
  record Identity(int epoch, int connectionId, int serviceId, int securityIndex) {}

  /**
   * Creates a connection with all channels free.
   *
   * @param firstSerial serial of the first packet sent
   */
  ConnectionDriver(
      Role role, Identity identity, Peer peer, @Nullable Bundle bundle, int firstSerial) {
    this.role = role;
    this.serial = new AtomicInteger(firstSerial - 1);
    this.epoch = identity.epoch;
    this.connectionId = identity.connectionId;
    this.serviceId = identity.serviceId;
    this.securityIndex = identity.securityIndex;
    this.peer = peer;
    this.bundle = bundle;
    this.last = new LastCalls(this);
  }

  /**
   * Returns a connection that goes on where this one, which was retired, has stopped. There is none
   * where the caller must be known: he is asked again, and then says which calls are past.
   */
  ConnectionDriver successor() {
    ConnectionDriver next =
        new ConnectionDriver(
            role,
            new Identity(epoch, connectionId, serviceId, securityIndex),
            peer,
            bundle,
            next());
    next.last.copy(last);
    next.lastUsedNanos = lastUsedNanos;
    next.highestSerial = highestSerial;
    next.local = local;
    return next;
  }

  // ---- security

  /** Client: protects packets as {@code with} says; before anybody else knows of the connection. */
  ConnectionDriver securedWith(Security with) {
    try {
      client = with.connect(epoch, connectionId).orElse(null);
      security = client == null ? null : new SharedSecurity(client);
    } catch (SecurityViolationException e) {
      refuse(Completion.LocallyAborted.by(e));
    }
    return this;
  }

  /** Service: the caller must be known before calls go on; before anybody else knows of this. */
  ConnectionDriver demanding(LocalEndpoint endpoint, ServiceSecurity demanded) {
    if (demanded.index() != 0) {
      handshake = new HandshakeDriver(endpoint, this, demanded);
    }
    return this;
  }

  /** Service: returns the handshake, done or not, or null where anybody may call. */
  @Nullable HandshakeDriver handshake() {
    return handshake;
  }

  /** Service: the handshake is done. */
  void secured(SharedSecurity by) {
    security = by;
  }

  /** Returns what protects the packets of calls; null if nothing does, or not yet. */
  @Nullable SharedSecurity security() {
    return security;
  }

  /** No call gets anywhere on this connection any more. */
  void refuse(Completion how) {
    refused = how;
  }

  /** Returns what becomes of each call on this connection, or null if calls are welcome. */
  @Nullable Completion refused() {
    return refused;
  }

  /** Returns who calls; null where nobody is authenticated. */
  @Nullable Principal caller() {
    HandshakeDriver mine = handshake;
    return mine == null ? null : mine.caller();
  }

  /**
   * Client: the service asks who calls. Without a call there is no reason to: somebody would have
   * us seal what he chooses.
   *
   * <p>Protocol source: OpenAFS src/rx/rx.c, rxi_ReceiveChallengePacket, rxi_GetCallNumberVector.
   *
   * @return the body of the answer, or null if there is none
   */
  byte @Nullable [] respond(byte[] challenge) throws SecurityViolationException {
    ClientSecurity mine = client;
    if (mine == null) {
      return null;
    }
    int[] callNumbers = new int[CHANNELS];
    boolean calling = false;
    for (int i = 0; i < CHANNELS; i++) {
      CallDriver call = current.get(i);
      boolean runs = call != null && call.completion() == null;
      calling |= runs;
      int newest = call != null ? call.callNumber() : last.of(i).callNumber();
      callNumbers[i] = runs || newest == 0 ? newest : newest + 1; // what has ended is a replay
    }
    return calling ? mine.respond(challenge, callNumbers) : null;
  }

  /** The connection is given up by one side; its calls end like this. */
  void giveUp(Completion how) {
    refuse(how);
    if (handshake != null) {
      handshake.abandoned(how);
    }
    if (bundle != null) {
      bundle.retire(this);
    }
    for (int i = 0; i < CHANNELS; i++) {
      CallDriver call = current.get(i);
      if (call != null) {
        call.fail(how);
      }
    }
  }

  /** The connection is gone: its keys go with the last call that needs them. */
  void dropped() {
    if (handshake != null) {
      handshake.close();
    }
    SharedSecurity mine = security;
    if (mine != null) {
      mine.release();
    }
  }

  /** The endpoint is closed. */
  void close() {
    if (handshake != null) {
      handshake.close();
    }
    SharedSecurity mine = security;
    if (mine != null) {
      mine.close();
    }
  }

  // ---- the rest

  @Override
  public int next(int count) {
    int last = serial.addAndGet(count);
    while (last >= 0 && last - count < 0) { // 0 is among them, which no packet has
      last = serial.addAndGet(count);
    }
    return last - count + 1;
  }

  /** Returns the serial of the last packet sent. */
  int lastSerial() {
    return serial.get();
  }

  CallAddress callAddress(int channel, int callNumber, Upgrade upgrade) {
    if (upgrade == Upgrade.ASKED) {
      asksForUpgrade = true;
    }
    return new CallAddress(
        role, epoch, connectionId | channel, callNumber, serviceId, securityIndex, upgrade);
  }

  /** Adds a packet that concerns the whole connection; {@code batch} must have room for it. */
  void encode(SendBatch batch, PacketType type, byte[] body) {
    address(batch);
    PacketCodec.encodeBody(batch.begin(PacketHeader.LENGTH + body.length), header(type), body);
    batch.end();
  }

  /** Adds an ABORT of the whole connection; {@code batch} must have room for it. */
  void encodeAbort(SendBatch batch, int code) {
    address(batch);
    PacketCodec.encodeAbort(batch.begin(ABORT_BYTES), header(PacketType.ABORT), code);
    batch.end();
  }

  private PacketHeader header(PacketType type) {
    return callAddress(0, 0).header(type, 0, next(), 0, 0);
  }

  CallAddress callAddress(int channel, int callNumber) {
    return callAddress(channel, callNumber, Upgrade.NONE);
  }

  /** Client: returns whether the next answer says which service it is that answers. */
  boolean asksForUpgrade() {
    return asksForUpgrade;
  }

  /** Client: the peer has answered as this service. */
  void servedBy(int actualServiceId) {
    reaches(actualServiceId);
    if (bundle != null) {
      bundle.servedBy(actualServiceId);
    }
  }

  /** Client: it is known which service calls reach, by whatever connection. */
  void reaches(int actualServiceId) {
    serviceId = actualServiceId;
    asksForUpgrade = false;
  }

  /** The client has asked at this address of ours, and wants to be answered from there. */
  void askedAt(InetAddress address) {
    if (!local.equals(address)) {
      local = address;
    }
  }

  /** Sends what is put into {@code batch} from now on to the peer. */
  void address(SendBatch batch) {
    batch.to(peer.address(), local);
  }

  void occupy(int channel, CallDriver call, long nowNanos) {
    lastUsedNanos = nowNanos;
    current.set(channel, call);
  }

  @Nullable CallDriver current(int channel) {
    return current.get(channel);
  }

  LastCall last(int channel) {
    return last.of(channel);
  }

  /** Returns what answers for calls that have left their channels. */
  LastCalls lastCalls() {
    return last;
  }

  /**
   * The call on the channel is over, and its last packet is out, but for an acknowledgement that
   * the channel owes.
   */
  void callEnded(int channel, CallDriver call, LastCall record, LocalEndpoint endpoint) {
    lastUsedNanos = record.endedNanos();
    last.note(channel, call, record, endpoint);
    current.compareAndSet(channel, call, null);
    if (bundle != null) {
      bundle.release(this, channel, record);
    } else {
      uses.release();
    }
  }

  /** The receive thread got a packet of this connection. */
  void received(int serialReceived) {
    if (highestSerial == 0 || Serial.before(highestSerial, serialReceived)) {
      highestSerial = serialReceived;
    }
  }

  ConnectionSnapshot snapshot(long nowNanos) {
    List<Channel> channels = new ArrayList<>(CHANNELS);
    for (int i = 0; i < CHANNELS; i++) {
      channels.add(channel(i, nowNanos));
    }
    return new ConnectionSnapshot(
        EndpointObserver.side(role),
        peer.address(),
        serviceId,
        epoch,
        connectionId,
        securityIndex,
        serial.get(),
        highestSerial,
        uses.get(),
        bundle == null ? 0 : bundle.waitingCalls(),
        peer.packetBytes(),
        Duration.ofNanos(idleNanos(nowNanos)),
        List.copyOf(channels));
  }

  /** Returns whether there is a call on a channel, or one that waits for it. */
  boolean isBusy() {
    for (int i = 0; i < CHANNELS; i++) {
      if (current.get(i) != null) {
        return true;
      }
    }
    return bundle != null && bundle.waitingCalls() > 0;
  }

  private Channel channel(int index, long nowNanos) {
    CallDriver call = current.get(index);
    LastCall before = last.of(index);
    Optional<Ending> ended =
        before.callNumber() == 0 ? Optional.empty() : Optional.of(before.how().ending());
    return call == null
        ? new Channel(before.callNumber(), Optional.empty(), ended)
        : new Channel(call.callNumber(), Optional.of(call.snapshot(nowNanos)), ended);
  }

  Role role() {
    return role;
  }

  /** Returns our endpoint, as long as there is one; a client's connection only. */
  @Nullable LocalEndpoint endpoint() {
    return bundle == null ? null : bundle.endpoint();
  }

  /** A packet may make a connection without a call, when the service is at its limit. */
  ConnectionDriver usedAt(long nowNanos) {
    lastUsedNanos = nowNanos;
    return this;
  }

  UseCount uses() {
    return uses;
  }

  /** Returns for how long no call has begun or ended. */
  long idleNanos(long nowNanos) {
    return nowNanos - lastUsedNanos;
  }

  Peer peer() {
    return peer;
  }

  int epoch() {
    return epoch;
  }

  int connectionId() {
    return connectionId;
  }

  int serviceId() {
    return serviceId;
  }

  int securityIndex() {
    return securityIndex;
  }

  String name() {
    return Integer.toHexString(connectionId >>> 2);
  }

  @Override
  public String toString() {
    return role + " connection " + name() + " " + peer.address() + " service " + serviceId;
  }
}
