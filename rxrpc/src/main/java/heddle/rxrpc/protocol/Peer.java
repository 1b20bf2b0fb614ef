package heddle.rxrpc.protocol;

import java.net.InetSocketAddress;

/**
 * What the calls to one UDP address share: round-trip time, packet size, slow-start threshold.
 *
 * <p>Calls under different locks read and write it. Each value stands for itself and a lost update
 * only costs accuracy, so the fields are volatile and no more.
 */
public final class Peer {
  private static final long PROOF_LASTS_NANOS = 60_000_000_000L;

  private final InetSocketAddress address;
  private volatile long smoothedRttNanos; // 0 before the first sample
  private volatile long rttVariationNanos;
  private volatile int packetBytes;
  private volatile int slowStartThreshold;
  private volatile boolean proven;
  private volatile long provenNanos;

  /** Creates a peer of which nothing is known. */
  public Peer(InetSocketAddress address, Limits limits) {
    this.address = address;
    this.packetBytes = limits.packetBytes();
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
    return packetBytes;
  }

  void limitPacketBytes(int bytes) {
    if (bytes < packetBytes) {
      packetBytes = bytes;
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

  int slowStartThreshold() {
    return slowStartThreshold;
  }

  void rememberSlowStartThreshold(int packets) {
    slowStartThreshold = packets;
  }

  @Override
  public String toString() {
    return address + " srtt=" + smoothedRttNanos / 1000 + "us packet=" + packetBytes;
  }
}
