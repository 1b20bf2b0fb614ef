package heddle.rxrpc.wire;

/**
 * Bits of the header's flags byte.
 *
 * <p>Protocol source: rx-spec.txt, "Packet Formats and Protocol Constants".
 */
public final class PacketFlags {
  /** The sender is the client of the connection. */
  public static final int CLIENT_INITIATED = 0x01;

  /** The sender of this DATA packet wants an ACK at once. */
  public static final int REQUEST_ACK = 0x02;

  /** The last DATA packet of this direction of the call. */
  public static final int LAST_PACKET = 0x04;

  /** More DATA packets follow at once, so an ACK may wait for them. */
  public static final int MORE_PACKETS = 0x08;

  /** DATA: another packet follows in the same datagram. */
  public static final int JUMBO = 0x20;

  /** ACK: the receiver supports slow start. */
  public static final int SLOW_START_OK = 0x20;

  private static final int[] ORDER = {
    LAST_PACKET, REQUEST_ACK, MORE_PACKETS, JUMBO, CLIENT_INITIATED
  };

  private PacketFlags() {}

  /**
   * Returns the names of the flags joined by {@code |}, or {@code -} for none; bits without a name
   * as one hexadecimal number.
   */
  public static String toString(int flags, PacketType type) {
    if (flags == 0) {
      return "-";
    }
    var text = new StringBuilder();
    int rest = flags;
    for (int flag : ORDER) {
      if ((flags & flag) != 0) {
        append(text, name(flag, type));
        rest &= ~flag;
      }
    }
    if (rest != 0) {
      append(text, "0x" + Integer.toHexString(rest));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String name) {
    if (!text.isEmpty()) {
      text.append('|');
    }
    text.append(name);
  }

  private static String name(int flag, PacketType type) {
    return switch (flag) {
      case CLIENT_INITIATED -> "CLIENT";
      case REQUEST_ACK -> "REQUEST_ACK";
      case LAST_PACKET -> "LAST";
      case MORE_PACKETS -> "MORE";
      default -> type == PacketType.ACK ? "SLOW_START_OK" : "JUMBO";
    };
  }
}
