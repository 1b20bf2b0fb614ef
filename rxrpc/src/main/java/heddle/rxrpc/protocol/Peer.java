package heddle.rxrpc.protocol;

import heddle.rxrpc.trace.PeerSnapshot;
import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.Jumbogram;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What the calls to one UDP address share: round-trip time, packet size, slow-start threshold.
 *
 * <p>Calls under different locks read and write it. Each value stands for itself and a lost update
 * only costs accuracy, so the fields are volatile and no more.
 */
public final class Peer {
  private static final VarHandle LAST_SENT;

  static {
    try {
      LAST_SENT = MethodHandles.lookup().findVarHandle(Peer.class, "lastSentNanos", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final long PROOF_LASTS_NANOS = 60_000_000_000L;
  private static final long PROBE_INTERVAL_NANOS = 5_000_000_000L;
  private static final long CHANGE_NANOS = 10_000_000_000L;

  private final InetSocketAddress address;
  private volatile long smoothedRttNanos; // 0 before the first sample
  private volatile long rttVariationNanos;
  private final PathMtu path;
  private final Limits limits;
  private volatile int packetLimit; // by the peer's own words, as are these
  private volatile int jumboPackets = 1;
  private volatile int jumboBytes;
  private volatile int largePackets; // bytes of those that the peer takes, 0 if none
  private volatile boolean anyLargePackets; // whether there ever were any
  private volatile long largePacketsNanos; // when it last said that it takes them
  private volatile int heardBytes; // of the largest datagram that came from the peer
  private volatile int slowStartThreshold;
  private volatile boolean proven;
  private volatile long provenNanos;
  private final PeerCounters counters = new PeerCounters();
  private volatile boolean anySent;
  private volatile long probedNanos;
  private volatile boolean anyProbe;

  @SuppressWarnings("UnusedVariable") // by VarHandle
  private long lastSentNanos; // written for each packet, read seldom

  /** Creates a peer of which nothing is known. */
  public Peer(InetSocketAddress address, Limits limits) {
    this.address = address;
    this.path = new PathMtu(limits.packetBytes(), limits.datagramBytes());
    this.limits = limits;
    this.packetLimit = limits.packetBytes();
    this.slowStartThreshold = limits.sendWindow();
  }

  /** Returns the UDP address. */
  public InetSocketAddress address() {
    return address;
  }

  /** Returns the smoothed round-trip time in nanoseconds, 0 before the first sample. */
  public long smoothedRttNanos() {
    return smoothedRttNanos;
  }

  long rttVariationNanos() {
    return rttVariationNanos;
  }

  void rememberRtt(long smoothedNanos, long variationNanos) {
    smoothedRttNanos = smoothedNanos;
    rttVariationNanos = variationNanos;
  }

  /** Returns the UDP payload of the largest DATA packet to send, in bytes. */
  public int packetBytes() {
    int usable = path.usable();
    return Math.max(largePacketBytes(usable), Math.min(packetLimit, usable));
  }

  /** Returns the UDP payload of the largest DATA packet to send now: less on a cold path. */
  int packetBytes(long nowNanos) {
    int usable = path.usable(nowNanos);
    int large = largePacketBytes(usable);
    if (large > 0) {
      return large;
    }
    return packetsPerDatagram(nowNanos) > 1 ? Jumbogram.bytes(1) : Math.min(packetLimit, usable);
  }

  private int largePacketBytes(int usable) {
    return largePacketWithin(Math.min(usable, largePackets));
  }

  /** Returns the largest one in a datagram of so many bytes; 0 if none fits or there are none. */
  private int largePacketWithin(int datagramBytes) {
    return limits.largePackets() ? LargePacket.within(datagramBytes) : 0;
  }

  /** Returns how many DATA packets a datagram may hold now. */
  int packetsPerDatagram(long nowNanos) {
    if (limits.jumboPackets() == 1 || jumboPackets == 1 || packetLimit < Jumbogram.bytes(1)) {
      return 1;
    }
    int bytes = Math.min(jumboBytes, path.usable(nowNanos));
    return Math.min(Jumbogram.packets(bytes), Math.min(limits.jumboPackets(), jumboPackets));
  }

  /**
   * The peer says what it takes.
   *
   * @param packets in a datagram, at least 1
   * @param bytes of a datagram
   */
  void takesJumbograms(int packets, int bytes) {
    if (packets != jumboPackets || bytes != jumboBytes) {
      jumboBytes = bytes;
      jumboPackets = packets;
      if (packets > 1) { // else it may take them yet, when it has seen that they get there
        path.want(Math.min(bytes, Jumbogram.bytes(Math.min(packets, Jumbogram.MAX_PACKETS))));
      }
    }
  }

  /** A datagram of so many bytes has come from the peer. */
  public void heard(int bytes) {
    if (bytes > heardBytes) {
      heardBytes = bytes;
    }
  }

  /**
   * Returns what the peer is told that we take: several packets in a datagram, or large ones, only
   * where a datagram that large has come through, either way. OpenAFS would else send jumbograms in
   * fragments, which many a path loses.
   */
  public AckTrailer trailer(int window) {
    int carried = Math.max(heardBytes, path.proven());
    int packets = Math.min(limits.jumboPackets(), Jumbogram.packets(carried));
    int bytes = packets == 1 ? limits.packetBytes() : Jumbogram.bytes(packets);
    int large = largePacketWithin(Math.min(carried, limits.datagramBytes()));
    return AckTrailer.of(bytes, Math.max(limits.packetBytes(), large), window, packets);
  }

  /** Returns what is known of the size of datagrams that get there. */
  PathMtu path() {
    return path;
  }

  /**
   * The peer says how large a DATA packet it takes, as UDP payload. With each change packets are
   * cut anew, so one that goes on changing its mind is believed only now and then.
   */
  void takesPackets(long nowNanos, int bytes) {
    if (bytes < packetLimit) {
      packetLimit = bytes;
    }
    int large = LargePacket.meantBy(bytes);
    if (large < largePackets) {
      largePackets = large;
    } else if (large > largePackets
        && (!anyLargePackets || nowNanos - largePacketsNanos >= CHANGE_NANOS)) {
      largePackets = large;
      largePacketsNanos = nowNanos;
      anyLargePackets = true;
    }
  }

  /**
   * Returns whether somebody at the address has lately shown that it gets what we send there, by
   * quoting one of our serials. Who has not may have forged its address.
   */
  boolean isProven(long nowNanos) {
    return proven && nowNanos - provenNanos < PROOF_LASTS_NANOS;
  }

  void prove(long nowNanos) {
    provenNanos = nowNanos;
    proven = true;
  }

  /** Returns whether the peer may be probed now; if so, not for a while after that. */
  public boolean mayProbe(long nowNanos) {
    if (anyProbe && nowNanos - probedNanos < PROBE_INTERVAL_NANOS) {
      return false;
    }
    probedNanos = nowNanos;
    anyProbe = true;
    return true;
  }

  /** Counts what a call has sent and received. */
  public void count(CallTraffic traffic, long nowNanos) {
    counters.add(traffic);
    if (traffic.datagramsSent() > 0) {
      sentAt(nowNanos);
    }
  }

  /** Something was sent to the peer. */
  public void sentAt(long nowNanos) {
    LAST_SENT.setOpaque(this, nowNanos);
    if (!anySent) {
      anySent = true;
    }
  }

  /** Returns for how long nothing was sent to the peer, {@link Long#MAX_VALUE} if never. */
  public long silentNanos(long nowNanos) {
    return anySent ? Math.max(0, nowNanos - (long) LAST_SENT.getOpaque(this)) : Long.MAX_VALUE;
  }

  /** Returns what is known of the peer now. */
  public PeerSnapshot snapshot(long nowNanos, Limits limits) {
    RttEstimator rtt = new RttEstimator(limits);
    rtt.begin(this);
    return new PeerSnapshot(
        address,
        packetBytes(),
        slowStartThreshold,
        Duration.ofNanos(smoothedRttNanos),
        Duration.ofNanos(rttVariationNanos),
        Duration.ofNanos(rtt.resendNanos(limits.peerAckDelayNanos())),
        anySent ? Optional.of(Duration.ofNanos(silentNanos(nowNanos))) : Optional.empty(),
        counters.dataSent(),
        counters.dataResent(),
        counters.bytesSent(),
        counters.bytesReceived());
  }

  int slowStartThreshold() {
    return slowStartThreshold;
  }

  void rememberSlowStartThreshold(int packets) {
    slowStartThreshold = packets;
  }

  @Override
  public String toString() {
    return address + " srtt=" + smoothedRttNanos / 1000 + "us packet=" + path;
  }
}
