package heddle.rxrpc.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What follows the table of an ACK: what its sender is willing to receive. Peers give none, two,
 * three or four of the numbers; one that is not given is 0. Values above {@link Integer#MAX_VALUE}
 * are read as that.
 *
 * <p>Protocol source: OpenAFS src/rx/rx.c, {@code rxi_ReceiveAckPacket} and {@code rxi_SendAck}
 * (behaviour).
 *
 * @param maxMtu greatest packet that the sender takes, Rx header included, in bytes; 0 = not given
 * @param interfaceMtu packet size that fits its interface, Rx header included, in bytes; 0 = not
 *     given
 * @param receiveWindow how many DATA packets it has room for; 0 = not given
 * @param jumboMax how many packets it takes in one datagram; 0 = not given
 */
public record AckTrailer(int maxMtu, int interfaceMtu, int receiveWindow, int jumboMax) {
  /** A trailer that gives nothing. */
  public static final AckTrailer NONE = new AckTrailer(0, 0, 0, 0);

  static final int MAX_WORDS = 4;

  private static final int RECENT_MASK = 255;

  /**
   * Trailers seen lately. Who sends ACKs says the same in most, so one is rarely made anew. The
   * races are harmless: whoever loses allocates.
   */
  private static final AckTrailer[] RECENT = new AckTrailer[RECENT_MASK + 1];

  static {
    Arrays.fill(RECENT, NONE);
  }

  /** Reads as many of the numbers as {@code length} bytes at {@code at} hold. */
  static AckTrailer decode(ByteBuffer in, int at, int length) {
    int words = length / Integer.BYTES;
    if (words < 2) {
      return NONE;
    }
    return of(
        word(in, at),
        word(in, at + 4),
        words > 2 ? word(in, at + 8) : 0,
        words > 3 ? word(in, at + 12) : 0);
  }

  /** Returns a trailer with these numbers, which may be one that was made before. */
  public static AckTrailer of(int maxMtu, int interfaceMtu, int receiveWindow, int jumboMax) {
    int hash = ((maxMtu * 31 + interfaceMtu) * 31 + receiveWindow) * 31 + jumboMax;
    int slot = (hash ^ hash >>> 16) & RECENT_MASK;
    AckTrailer recent = RECENT[slot];
    if (recent.maxMtu == maxMtu
        && recent.interfaceMtu == interfaceMtu
        && recent.receiveWindow == receiveWindow
        && recent.jumboMax == jumboMax) {
      return recent;
    }
    var trailer = new AckTrailer(maxMtu, interfaceMtu, receiveWindow, jumboMax);
    RECENT[slot] = trailer;
    return trailer;
  }

  void encode(ByteBuffer out) {
    int words = words();
    if (words >= 2) {
      out.putInt(maxMtu).putInt(interfaceMtu);
    }
    if (words >= 3) {
      out.putInt(receiveWindow);
    }
    if (words >= MAX_WORDS) {
      out.putInt(jumboMax);
    }
  }

  /** Returns how many words this trailer takes on the wire: 0, 2, 3 or 4. */
  int words() {
    if (jumboMax != 0) {
      return MAX_WORDS;
    }
    if (receiveWindow != 0) {
      return 3;
    }
    return maxMtu != 0 || interfaceMtu != 0 ? 2 : 0;
  }

  private static int word(ByteBuffer in, int at) {
    int value = in.getInt(at);
    return value < 0 ? Integer.MAX_VALUE : value;
  }
}
