package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallAddress;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.protocol.SerialCounter;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.trace.ConnectionSnapshot;
import heddle.rxrpc.trace.ConnectionSnapshot.Channel;
import heddle.rxrpc.trace.Ending;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.Serial;
import java.net.InetAddress;
import java.nio.ByteBuffer;
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
  private static final int ANSWER_BYTES = PacketHeader.LENGTH + 64;
  private static final int RX_CALL_DEAD = -1;
  private static final byte[] NO_SOFT_ACKS = {};

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
  private final AtomicReferenceArray<LastCall> last = new AtomicReferenceArray<>(CHANNELS);
  private volatile long lastUsedNanos;
  private int highestSerial; // received; by the receive thread, others may read it a little late
  private volatile InetAddress local = SendBatch.ANY_ADDRESS; // of ours that the peer asks

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
    for (int i = 0; i < CHANNELS; i++) {
      last.set(i, LastCall.NONE);
    }
  }

  /** Returns a connection that goes on where this one, which was retired, has stopped. */
  ConnectionDriver successor() {
    ConnectionDriver next =
        new ConnectionDriver(
            role,
            new Identity(epoch, connectionId, serviceId, securityIndex),
            peer,
            bundle,
            next());
    for (int i = 0; i < CHANNELS; i++) {
      next.last.set(i, last.get(i));
    }
    next.lastUsedNanos = lastUsedNanos;
    next.highestSerial = highestSerial;
    next.local = local;
    return next;
  }

  @Override
  public int next(int count) {
    int last = serial.addAndGet(count);
    while (last >= 0 && last - count < 0) { // 0 is among them, which no packet has
      last = serial.addAndGet(count);
    }
    return last - count + 1;
  }

  CallAddress callAddress(int channel, int callNumber, Upgrade upgrade) {
    if (upgrade == Upgrade.ASKED) {
      asksForUpgrade = true;
    }
    return new CallAddress(
        role, epoch, connectionId | channel, callNumber, serviceId, securityIndex, upgrade);
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
    return last.get(channel);
  }

  /** The call on the channel is over and its last packet is out. */
  void callEnded(int channel, CallDriver call, LastCall record, long nowNanos) {
    lastUsedNanos = nowNanos;
    last.set(channel, record);
    current.compareAndSet(channel, call, null);
    if (bundle != null) {
      bundle.release(this, channel, record.how());
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
    LastCall before = last.get(index);
    Optional<Ending> ended =
        before.callNumber() == 0 ? Optional.empty() : Optional.of(before.how().ending());
    return call == null
        ? new Channel(before.callNumber(), Optional.empty(), ended)
        : new Channel(call.callNumber(), Optional.of(call.snapshot(nowNanos)), ended);
  }

  Role role() {
    return role;
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

  /** Answers a packet of a call that has left its channel, as far as it wants an answer. */
  void answerLate(Packet packet, SendBatch batch) {
    PacketHeader header = packet.header();
    LastCall record = last.get(header.channel());
    boolean wanted =
        packet instanceof DataPacket
            || (packet instanceof AckPacket ack && ack.reason() == AckReason.PING);
    if (!wanted || header.callNumber() != record.callNumber()) {
      return;
    }
    CallAddress address = callAddress(header.channel(), header.callNumber());
    address(batch);
    ByteBuffer out = batch.begin(ANSWER_BYTES);
    switch (record.how()) {
      case Completion.LocallyAborted(int code, var reason) ->
          PacketCodec.encodeAbort(out, address.header(PacketType.ABORT, 0, next(), 0, 0), code);
      case Completion.RemotelyAborted(int code) ->
          PacketCodec.encodeAbort(out, address.header(PacketType.ABORT, 0, next(), 0, 0), code);
      case Completion.Plain.SUCCEEDED ->
          PacketCodec.encodeAck(
              out,
              address.header(PacketType.ACK, 0, next(), PacketFlags.SLOW_START_OK, 0),
              record.receivedUpTo(),
              record.receivedUpTo() - 1,
              header.serial(),
              header.type() == PacketType.DATA ? AckReason.DUPLICATE : AckReason.PING_RESPONSE,
              NO_SOFT_ACKS,
              0,
              peer.trailer(255));
      default ->
          PacketCodec.encodeAbort(
              out, address.header(PacketType.ABORT, 0, next(), 0, 0), RX_CALL_DEAD);
    }
    batch.end();
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
