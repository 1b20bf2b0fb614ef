package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.trace.Diagnosis;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Jumbogram;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A whole endpoint without threads, whose peer is the test: it says which packets arrive and sees
 * which are sent. Time passes only when the test lets it.
 */
final class PacketScript implements AutoCloseable {
  static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.2", 7000);
  static final long SECOND = 1_000_000_000L;
  static final int WAITING_CALLS = 100; // at most, for a channel
  static final String VERSION = "heddle-rxrpc test";

  /** Time-outs of calls that a test does not care for. */
  static final CallTimeouts TIMEOUTS = new CallTimeouts(0, 60 * SECOND, 20 * SECOND);

  private static final int CLIENT_EPOCH = 0x8123_4567;
  private static final EndpointSettings.Expiry EXPIRY =
      new EndpointSettings.Expiry(120 * SECOND, 2 * SECOND, 900, 600 * SECOND);

  final LocalEndpoint endpoint;
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();
  private final ReceiveBatch batch = new ReceiveBatch(1 << 19);
  private long nowNanos = 5 * SECOND;
  private int serial = 1;
  private NetworkErrors errors = NetworkErrors.IGNORED;
  private boolean reportsErrors = true;
  private final AtomicReference<List<Arrival>> forUsers = new AtomicReference<>(List.of());
  private Runnable whenSent = () -> {};
  private final List<InetSocketAddress> probed = new ArrayList<>();

  /** A datagram that the endpoint has sent. */
  record Sent(long atNanos, InetSocketAddress to, Packet packet, ByteBuffer datagram) {
    int bytes() {
      return datagram.remaining();
    }
  }

  PacketScript() {
    this(4);
  }

  PacketScript(int connectionsPerBundle) {
    this(settings(connectionsPerBundle));
  }

  PacketScript(EndpointSettings settings) {
    this(settings, new Random(1));
  }

  PacketScript(EndpointSettings settings, RandomGenerator random) {
    this(settings, random, true);
  }

  private PacketScript(EndpointSettings settings, RandomGenerator random, boolean polls) {
    endpoint = LocalEndpoint.simulated(new Port(polls), () -> nowNanos, settings, random);
  }

  /** Returns a script whose users wait at once: they receive nothing while they do. */
  static PacketScript withoutHelp(EndpointSettings settings) {
    return new PacketScript(settings, new Random(1), false);
  }

  static EndpointSettings settings(int connectionsPerBundle) {
    return new EndpointSettings(Limits.DEFAULT, connectionsPerBundle, WAITING_CALLS, 100, EXPIRY);
  }

  /**
   * Settings of an endpoint that answers questions of strangers, and sends signs of life.
   *
   * @param natKeepAliveNanos 0 is never
   */
  static EndpointSettings settings(Diagnosis diagnosis, long natKeepAliveNanos) {
    return new EndpointSettings(
        Limits.DEFAULT,
        4,
        WAITING_CALLS,
        100,
        EXPIRY,
        natKeepAliveNanos,
        diagnosis,
        VERSION,
        EndpointSettings.DEFAULT_RECEIVE_BUDGET);
  }

  private final class Port implements DatagramPort {
    private final boolean polls;

    Port(boolean polls) {
      this.polls = polls;
    }

    @Override
    public boolean polls() {
      return polls;
    }

    @Override
    public boolean poll(ReceiveBatch batch) {
      batch.clear();
      List<Arrival> arrivals = forUsers.getAndSet(List.of());
      put(arrivals, batch);
      return !arrivals.isEmpty();
    }

    @Override
    public boolean receive(ReceiveBatch batch) {
      return false;
    }

    @Override
    public void send(SendBatch batch) {
      for (int i = 0; i < batch.count(); i++) {
        ByteBuffer copy = ByteBuffer.allocate(batch.length(i)).put(batch.datagram(i)).flip();
        try {
          Packet packet = PacketCodec.decode(copy.duplicate());
          sent.add(new Sent(nowNanos, batch.destination(i), packet, copy));
        } catch (MalformedPacketException e) {
          throw new AssertionError("the endpoint sends nonsense", e);
        }
      }
      whenSent.run();
    }

    @Override
    public void onError(NetworkErrors listener) {
      errors = listener;
    }

    @Override
    public void probe(InetSocketAddress peer) {
      probed.add(peer);
    }

    @Override
    public boolean reportsErrors() {
      return reportsErrors;
    }

    @Override
    public InetSocketAddress localAddress() {
      return new InetSocketAddress("10.0.0.1", 7001);
    }

    @Override
    public void close() {}
  }

  // ---- time

  long nowNanos() {
    return nowNanos;
  }

  /** Lets time pass, with all timers that come due on the way. */
  void pass(long nanos) {
    long end = nowNanos + nanos;
    long next = endpoint.timers().fireDue();
    while (next != Long.MAX_VALUE && next - end <= 0) {
      nowNanos = next;
      next = endpoint.timers().fireDue();
    }
    nowNanos = end;
    endpoint.timers().fireDue();
  }

  // ---- what the endpoint sends

  /** Lets {@code what} happen whenever something has been sent, on the thread that sends. */
  void whenSent(Runnable what) {
    whenSent = what;
  }

  /** Returns and forgets what was sent. */
  List<Packet> sent() {
    return sentDatagrams().stream().map(Sent::packet).toList();
  }

  /** Returns and forgets what was sent. */
  List<Sent> sentDatagrams() {
    List<Sent> all = new ArrayList<>(sent);
    sent.clear();
    return all;
  }

  /** Returns and forgets what was sent; returns the headers of the packets of that type. */
  List<PacketHeader> sent(PacketType type) {
    return sent().stream().map(Packet::header).filter(header -> header.type() == type).toList();
  }

  // ---- what the endpoint receives

  void receive(Packet... packets) {
    receiveFrom(PEER, packets);
  }

  void receiveFrom(InetSocketAddress source, Packet... packets) {
    receive(Stream.of(packets).map(packet -> new Arrival(source, packet)).toList());
  }

  /** Lets these packets of a call arrive in one datagram. */
  void receiveJumbogram(DataPacket... packets) {
    batch.clear();
    ByteBuffer buffer = batch.buffer();
    Jumbogram.join(buffer, List.of(packets));
    batch.add(0, buffer.position(), PEER);
    endpoint.receiveLoop().process(batch);
  }

  /** Lets bytes arrive that need not be a packet. */
  void receive(ByteBuffer datagram) {
    receiveFrom(PEER, datagram);
  }

  void receiveFrom(InetSocketAddress source, ByteBuffer datagram) {
    batch.clear();
    ByteBuffer buffer = batch.buffer();
    buffer.put(datagram.duplicate());
    batch.add(0, buffer.position(), source);
    endpoint.receiveLoop().process(batch);
  }

  /** A datagram that arrives. */
  record Arrival(InetSocketAddress source, Packet packet) {}

  /** These will arrive in one batch when a user that would wait looks. */
  void receiveByUsers(Packet... packets) {
    forUsers.set(Stream.of(packets).map(packet -> new Arrival(PEER, packet)).toList());
  }

  /** Lets these arrive in one batch. */
  void receive(List<Arrival> arrivals) {
    batch.clear();
    put(arrivals, batch);
    endpoint.receiveLoop().process(batch);
  }

  private static void put(List<Arrival> arrivals, ReceiveBatch batch) {
    ByteBuffer buffer = batch.buffer();
    for (Arrival arrival : arrivals) {
      int offset = buffer.position();
      PacketCodec.encode(buffer, arrival.packet);
      batch.add(offset, buffer.position() - offset, arrival.source);
    }
  }

  /** Returns a client's packet to a service here. */
  DataPacket request(int serviceId, int cid, int callNumber, int seq, int flags) {
    return request(serviceId, cid, callNumber, seq, flags, 4);
  }

  DataPacket request(int serviceId, int cid, int callNumber, int seq, int flags, int bytes) {
    return new DataPacket(
        new PacketHeader(
            CLIENT_EPOCH,
            cid,
            callNumber,
            seq,
            serial++,
            PacketType.DATA,
            flags | PacketFlags.CLIENT_INITIATED,
            0,
            0,
            0,
            serviceId),
        ByteBuffer.allocate(bytes),
        0,
        bytes);
  }

  static DataPacket withUserStatus(DataPacket packet, int userStatus) {
    PacketHeader header = packet.header();
    return new DataPacket(
        new PacketHeader(
            header.epoch(),
            header.cid(),
            header.callNumber(),
            header.seq(),
            header.serial(),
            header.type(),
            header.flags(),
            userStatus,
            header.securityIndex(),
            header.checksum(),
            header.serviceId()),
        packet.datagram(),
        packet.offset(),
        packet.length());
  }

  /** Returns the header of an answer to {@code to}. */
  PacketHeader answer(PacketHeader to, PacketType type, int seq, int flags) {
    int direction = (to.flags() & PacketFlags.CLIENT_INITIATED) ^ PacketFlags.CLIENT_INITIATED;
    return new PacketHeader(
        to.epoch(),
        to.cid(),
        to.callNumber(),
        seq,
        serial++,
        type,
        flags | direction,
        0,
        to.securityIndex(),
        0,
        to.serviceId());
  }

  /** Returns a packet of data that answers {@code to}. */
  DataPacket data(PacketHeader to, int seq, int flags) {
    return new DataPacket(answer(to, PacketType.DATA, seq, flags), ByteBuffer.allocate(4), 0, 4);
  }

  /** Returns an acknowledgement of what {@code to} belongs to, whose window is wide open. */
  AckPacket ack(PacketHeader to, AckReason reason, int firstPacket, int... softAcks) {
    return ack(to, reason, new AckTrailer(1444, 1444, 255, 1), firstPacket, softAcks);
  }

  AckPacket ack(
      PacketHeader to, AckReason reason, AckTrailer trailer, int firstPacket, int... softAcks) {
    ByteBuffer table = ByteBuffer.allocate(softAcks.length);
    for (int arrived : softAcks) {
      table.put((byte) arrived);
    }
    return new AckPacket(
        answer(to, PacketType.ACK, 0, 0),
        0,
        0,
        firstPacket,
        firstPacket - 1,
        to.serial(),
        reason,
        table.flip(),
        0,
        softAcks.length,
        trailer);
  }

  // ---- what the network says

  /** Lets the network report an error. */
  void error(NetworkError error) {
    errors.onError(error);
  }

  /** From now on the port reports no error unless it is made to probe. */
  void hearNoErrors() {
    reportsErrors = false;
  }

  /** Returns the peers that the endpoint has probed. */
  List<InetSocketAddress> probed() {
    return probed;
  }

  // ---- calls

  Bundle bundle(int serviceId) {
    return bundle(PEER, serviceId);
  }

  Bundle bundle(InetSocketAddress peer, int serviceId) {
    return endpoint.acquireBundle(peer, serviceId, Security.none());
  }

  CallDriver call(Bundle bundle) {
    return call(bundle, LocalEndpoint.Sharing.SHARED);
  }

  CallDriver call(Bundle bundle, LocalEndpoint.Sharing sharing) {
    return endpoint.newCall(bundle, TIMEOUTS, sharing, 0);
  }

  HostedService listen(int serviceId, HostedService.Charging charging) {
    return endpoint.listen(serviceId, new HostedService.Options(4, 1000, 100, charging, TIMEOUTS));
  }

  /** Offers {@code bytes} bytes and the end; returns whether all was taken. */
  static boolean send(CallDriver call, int bytes) throws CallEndedException {
    return call.trySend(ByteBuffer.allocate(bytes), true);
  }

  static Stream<PacketHeader> headers(List<Packet> packets, PacketType type) {
    return packets.stream().map(Packet::header).filter(header -> header.type() == type);
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
