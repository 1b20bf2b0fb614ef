package heddle.rxrpc.protocol;

import heddle.rxrpc.wire.Jumbogram;

/**
 * Every bound that the machines of an endpoint obey.
 *
 * @param receiveWindow packets that a call takes ahead of its reader, 1..255
 * @param sendWindow packets that a call keeps unacknowledged, 1..255
 * @param initialWindow congestion window of a new call, in packets
 * @param packetBytes UDP payload of the largest DATA packet sent before the path is known better
 * @param jumboPackets most DATA packets in a datagram, sent where the peer takes them and asked
 *     for; 1 is none but single ones
 * @param largePackets whether {@linkplain LargePacket large packets} are sent and asked for, where
 *     a datagram of {@code jumboPackets} would be as large
 * @param ackDelayNanos how long an acknowledgement that nobody asked for may be put off
 * @param peerAckDelayNanos how long peers are expected to put theirs off
 * @param minResendNanos shortest retransmission time-out, the peer's delay not counted
 * @param maxResendNanos longest retransmission time-out
 */
public record Limits(
    int receiveWindow,
    int sendWindow,
    int initialWindow,
    int packetBytes,
    int jumboPackets,
    boolean largePackets,
    long ackDelayNanos,
    long peerAckDelayNanos,
    long minResendNanos,
    long maxResendNanos) {
  private static final long MILLI = 1_000_000L;

  /** What an endpoint obeys when nothing else is said. */
  public static final Limits DEFAULT =
      new Limits(255, 255, 16, 1444, 1, false, 100 * MILLI, 120 * MILLI, 20 * MILLI, 5_000 * MILLI);

  public Limits {
    if (receiveWindow < 1 || receiveWindow > 255 || sendWindow < 1 || sendWindow > 255) {
      throw new IllegalArgumentException("windows are 1..255 packets");
    }
    if (jumboPackets < 1 || jumboPackets > Jumbogram.MAX_PACKETS) {
      throw new IllegalArgumentException(
          "a datagram takes 1.." + Jumbogram.MAX_PACKETS + " packets, not " + jumboPackets);
    }
  }

  /** Returns a copy that sends and asks for datagrams of several packets. */
  public Limits withJumboPackets(int packets) {
    return with(packets, largePackets);
  }

  /** Returns a copy that sends and asks for large packets. */
  public Limits withLargePackets() {
    return with(jumboPackets, true);
  }

  private Limits with(int newJumboPackets, boolean newLargePackets) {
    return new Limits(
        receiveWindow,
        sendWindow,
        initialWindow,
        packetBytes,
        newJumboPackets,
        newLargePackets,
        ackDelayNanos,
        peerAckDelayNanos,
        minResendNanos,
        maxResendNanos);
  }

  /** Returns the UDP payload of the largest datagram that is ever sent or asked for. */
  int datagramBytes() {
    return jumboPackets == 1 ? packetBytes : Jumbogram.bytes(jumboPackets);
  }
}
