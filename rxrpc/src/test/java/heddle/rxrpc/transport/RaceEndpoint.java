package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.trace.CallIdentity;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A whole endpoint without threads of its own, small enough to make one for each of a million
 * races. What it sends goes nowhere; every connection is idle as soon as nobody uses it.
 */
final class RaceEndpoint {
  static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.2", 7000);
  static final int SERVICE = 7;
  static final int WINDOW = 4; // packets

  private static final InetSocketAddress OURS = new InetSocketAddress("10.0.0.1", 7001);
  private static final long SECOND = 1_000_000_000L;
  private static final CallTimeouts TIMEOUTS = new CallTimeouts(0, 600 * SECOND, 600 * SECOND);
  private static final int CLIENT_EPOCH = 0x8123_4567;
  private static final int CLIENT_CID = 4;
  private static final int PACKET_BYTES = 600;
  private static final Limits LIMITS =
      new Limits(
          WINDOW,
          WINDOW,
          WINDOW,
          PACKET_BYTES,
          1,
          false,
          SECOND,
          SECOND,
          100 * SECOND,
          100 * SECOND);
  private static final EndpointSettings SETTINGS =
      new EndpointSettings(
          LIMITS, 1, 100, 100, new EndpointSettings.Expiry(0, 3600 * SECOND, 1000, 0));
  private static final ThreadLocal<ReceiveBatch> BATCH =
      ThreadLocal.withInitial(() -> new ReceiveBatch(4096));
  private static final ByteBuffer MEMORY = ByteBuffer.allocate(SendBatch.BYTES); // nobody reads it

  private final LocalEndpoint local =
      LocalEndpoint.simulated(
          new Nowhere(), NanoClock.system(), SETTINGS, new Random(1), size -> MEMORY.duplicate());

  private static final class Nowhere implements DatagramPort {
    private static final ReceiveBatch NEVER_FILLED = new ReceiveBatch(1);

    @Override
    public ReceiveBatch newReceiveBatch() {
      return NEVER_FILLED;
    }

    @Override
    public boolean receive(ReceiveBatch batch) {
      return false;
    }

    @Override
    public void send(SendBatch batch) {}

    @Override
    public InetSocketAddress localAddress() {
      return OURS;
    }

    @Override
    public void close() {}
  }

  /** Lets some time pass, from none to microseconds, so that the actors meet everywhere. */
  static void dawdle() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int turns = random.nextInt(1 << random.nextInt(10));
    for (int i = 0; i < turns; i++) {
      Thread.onSpinWait();
    }
  }

  LocalEndpoint local() {
    return local;
  }

  /** Fires the reaper as if its time had come: whatever nobody uses is idle for long enough. */
  void reap() {
    local.timers().cancel(local.reaper());
    local.reaper().onTimeout(local.nanoTime());
  }

  // ---- client

  Bundle bundle() {
    return local.acquireBundle(PEER, SERVICE, Security.none());
  }

  /** Returns the bundle of a cache that is not the endpoint's own, held once more. */
  Bundle acquire(ConnectionCache cache) {
    Bundle.Key key = new Bundle.Key(PEER, SERVICE, Security.none());
    EndpointLink link = new EndpointLink(local);
    return cache.acquire(key, missing -> new Bundle(missing, local.peer(PEER), link, 1));
  }

  CallDriver call(Bundle bundle) {
    return local.newCall(bundle, TIMEOUTS, Sharing.SHARED, 0);
  }

  /** Sends a whole request that fits into one packet; returns whether there was a channel. */
  static boolean request(CallDriver call) {
    try {
      return call.trySend(ByteBuffer.allocate(4), true);
    } catch (CallEndedException e) {
      return false;
    }
  }

  /** Returns whether the wire connection of {@code call} is the one that its packets find. */
  boolean isKnown(ConnectionDriver connection) {
    return local.connections().anyMatch(known -> known == connection);
  }

  // ---- service

  HostedService listen(Charging charging) {
    return local.listen(SERVICE, new HostedService.Options(4, 100, 100, charging, TIMEOUTS));
  }

  /** A client's call comes in, whole in one packet. */
  void receiveRequest() {
    receive(
        data(
            new PacketHeader(
                CLIENT_EPOCH,
                CLIENT_CID,
                1,
                1,
                1,
                PacketType.DATA,
                PacketFlags.CLIENT_INITIATED | PacketFlags.LAST_PACKET,
                0,
                0,
                0,
                SERVICE)));
  }

  // ---- the peer of a client's call

  /** A packet of the reply comes in. */
  void receiveReply(CallDriver call, int seq, int flags) {
    receive(data(header(call, PacketType.DATA, seq, flags)));
  }

  /** The peer acknowledges the packets before {@code firstPacket}. */
  void receiveAck(CallDriver call, int firstPacket) {
    receive(
        new AckPacket(
            header(call, PacketType.ACK, 0, 0),
            0,
            0,
            firstPacket,
            firstPacket - 1,
            0,
            AckReason.DELAY,
            ByteBuffer.allocate(0),
            0,
            0,
            new AckTrailer(PACKET_BYTES, PACKET_BYTES, WINDOW, 1)));
  }

  private PacketHeader header(CallDriver call, PacketType type, int seq, int flags) {
    CallIdentity id = call.identity();
    return new PacketHeader(
        local.epoch(), id.cid(), id.callNumber(), seq, 1 + seq, type, flags, 0, 0, 0, SERVICE);
  }

  private static DataPacket data(PacketHeader header) {
    return new DataPacket(header, ByteBuffer.allocate(4), 0, 4);
  }

  private void receive(Packet packet) {
    ReceiveBatch batch = BATCH.get();
    batch.clear();
    ByteBuffer buffer = batch.buffer();
    PacketCodec.encode(buffer, packet);
    batch.add(0, buffer.position(), PEER);
    local.receiveLoop().process(batch);
  }
}
