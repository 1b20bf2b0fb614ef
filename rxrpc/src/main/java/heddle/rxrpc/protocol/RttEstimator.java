package heddle.rxrpc.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Round-trip time of a call and the retransmission time-out that follows from it; begins with what
 * earlier calls to the peer found.
 *
 * <p>Protocol source: RFC 6298, 2; samples come from the serial that an acknowledgement quotes, so
 * a retransmitted packet gives a sound sample too.
 */
final class RttEstimator {
  private static final long INITIAL_RESEND_NANOS = 1_000_000_000L; // RFC 6298, 2.1
  private static final long GRANULARITY_NANOS = 1_000_000L;

  private final Limits limits;
  private @Nullable Peer peer;
  private long smoothedNanos;
  private long variationNanos;
  private long minNanos = Long.MAX_VALUE;
  private long latestNanos;
  private int backoff;

  RttEstimator(Limits limits) {
    this.limits = limits;
  }

  /** Begins with what is known of the peer. */
  void begin(Peer knownPeer) {
    peer = knownPeer;
    smoothedNanos = knownPeer.smoothedRttNanos();
    variationNanos = knownPeer.rttVariationNanos();
  }

  void sample(long rttNanos) {
    long rtt = Math.max(1, rttNanos);
    latestNanos = rtt;
    minNanos = Math.min(minNanos, rtt);
    if (smoothedNanos == 0) {
      smoothedNanos = rtt;
      variationNanos = rtt / 2;
    } else {
      variationNanos += (Math.abs(smoothedNanos - rtt) - variationNanos) / 4;
      smoothedNanos += (rtt - smoothedNanos) / 8;
    }
    backoff = 0;
    if (peer != null) {
      peer.rememberRtt(smoothedNanos, variationNanos);
    }
  }

  boolean hasSample() {
    return smoothedNanos != 0;
  }

  long smoothedNanos() {
    return smoothedNanos;
  }

  long variationNanos() {
    return variationNanos;
  }

  long minNanos() {
    return minNanos == Long.MAX_VALUE ? smoothedNanos : minNanos;
  }

  long latestNanos() {
    return latestNanos;
  }

  /**
   * Returns how long to wait before all in flight counts as lost.
   *
   * @param peerDelayNanos by how much the peer may put its acknowledgement off
   */
  long resendNanos(long peerDelayNanos) {
    long base =
        hasSample()
            ? smoothedNanos + Math.max(GRANULARITY_NANOS, 4 * variationNanos)
            : INITIAL_RESEND_NANOS;
    long timeout = Math.max(base, limits.minResendNanos()) + peerDelayNanos;
    return Math.min(timeout << Math.min(backoff, 16), limits.maxResendNanos());
  }

  /** Returns whether the last time-outs were not followed by a sample. */
  boolean isBackedOff() {
    return backoff > 0;
  }

  void backOff() {
    backoff++;
  }
}
