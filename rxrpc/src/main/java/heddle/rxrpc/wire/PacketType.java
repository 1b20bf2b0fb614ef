package heddle.rxrpc.wire;

import java.util.Arrays;

/**
 * What a packet is for.
 *
 * <p>Protocol source: rx-spec.txt, "Packet Formats and Protocol Constants"; OpenAFS
 * src/rx/rx_packet.h (VERSION).
 */
public enum PacketType {
  /** Stands for every type that is none of the others; such packets are ignored. */
  UNKNOWN(0),
  /** Bytes of a call. */
  DATA(1),
  /** What has arrived of a call, and what may be sent. */
  ACK(2),
  /** The server cannot take the call now. */
  BUSY(3),
  /** The end of a call, or of all calls of a connection, by an error. */
  ABORT(4),
  /** Everything sent so far has arrived for good. */
  ACKALL(5),
  /** The server wants to know who calls. */
  CHALLENGE(6),
  /** The client's answer to a challenge. */
  RESPONSE(7),
  /** A question of {@code rxdebug}, or its answer. */
  DEBUG(8),
  /** A question for the peer's version, its answer, or a sign of life that keeps a NAT open. */
  VERSION(13);

  private static final PacketType[] BY_WIRE = new PacketType[256];

  static {
    Arrays.fill(BY_WIRE, UNKNOWN);
    for (PacketType type : values()) {
      BY_WIRE[type.wireValue] = type;
    }
  }

  private final int wireValue;

  PacketType(int wireValue) {
    this.wireValue = wireValue;
  }

  /** Returns the type for a byte of the header; {@link #UNKNOWN} where there is none. */
  public static PacketType fromWire(int wireValue) {
    return BY_WIRE[wireValue & 0xff];
  }

  /** Returns the byte that stands for this type in the header; 0 for {@link #UNKNOWN}. */
  public int wireValue() {
    return wireValue;
  }
}
