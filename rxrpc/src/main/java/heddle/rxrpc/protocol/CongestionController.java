package heddle.rxrpc.protocol;

/** How many packets may be in flight. */
interface CongestionController {
  /** Begins with what is known of the peer. */
  void begin(Peer knownPeer);

  /**
   * Packets were so long and are from now on so long: what may be in flight are not more bytes than
   * before.
   */
  void packetBytes(int before, int now);

  /** Returns the window in packets. */
  int window();

  /** Returns the window from where on it grows slowly, in packets. */
  int slowStartThreshold();

  /** Packets that were in flight have arrived, and the window was in full use before. */
  void onAcknowledged(int packets);

  /** Packets in flight were lost; {@code sentTop} marks the end of this window's worth of data. */
  void onLoss(int inFlight, int lowestUnacked, int sentTop);

  /** Everything in flight must be taken for lost. */
  void onResendTimeout(int inFlight);
}
