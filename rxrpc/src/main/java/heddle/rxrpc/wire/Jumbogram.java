package heddle.rxrpc.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Several DATA packets of one call in one datagram. The first has a whole header; each following
 * one has four bytes (flags, a spare byte, checksum), and the sequence number and serial of its
 * predecessor plus one. All but the last hold exactly {@link #SUBPACKET_DATA} bytes.
 *
 * <p>Protocol source: rx-spec.txt, "Jumbograms"; OpenAFS src/rx/rx_packet.h.
 */
public final class Jumbogram {
  /** Bytes of payload in every packet but the last. */
  public static final int SUBPACKET_DATA = 1412;

  /** Bytes of the header of every packet but the first. */
  public static final int SUBHEADER_LENGTH = 4;

  /** Most packets that a UDP datagram has room for. */
  public static final int MAX_PACKETS = 46;

  private static final int STEP = SUBPACKET_DATA + SUBHEADER_LENGTH;

  private Jumbogram() {}

  /** Returns the length of a datagram of so many packets, the last one as long as the others. */
  public static int bytes(int packets) {
    return PacketHeader.LENGTH + packets * STEP - SUBHEADER_LENGTH;
  }

  /** Returns how many such packets a datagram of so many bytes has room for, at least 1. */
  public static int packets(int bytes) {
    return Math.max(1, (bytes - PacketHeader.LENGTH + SUBHEADER_LENGTH) / STEP);
  }

  /**
   * Returns the packets of a datagram, ranges of the same buffer, in order; a packet without {@link
   * PacketFlags#JUMBO} gives itself.
   *
   * @throws MalformedPacketException if a packet says that another follows and there is none, or
   *     that it is the call's last and yet another follows; then none of the datagram is good
   */
  public static List<DataPacket> split(DataPacket datagram) throws MalformedPacketException {
    if (!datagram.header().has(PacketFlags.JUMBO)) {
      return List.of(datagram);
    }
    var packets = new ArrayList<DataPacket>(datagram.length() / STEP + 1);
    ByteBuffer in = datagram.datagram();
    int end = datagram.offset() + datagram.length();
    int at = datagram.offset();
    PacketHeader header = datagram.header();
    while (header.has(PacketFlags.JUMBO)) {
      if (end - at < STEP) {
        throw new MalformedPacketException("jumbogram ends where a packet was to follow");
      }
      if (header.has(PacketFlags.LAST_PACKET)) {
        throw new MalformedPacketException("jumbogram goes on after the last packet of the call");
      }
      packets.add(new DataPacket(header, in, at, SUBPACKET_DATA));
      int subheader = at + SUBPACKET_DATA;
      header = following(header, in, subheader);
      at = subheader + SUBHEADER_LENGTH;
    }
    packets.add(new DataPacket(header, in, at, end - at));
    return packets;
  }

  /** Writes what stands before the payload of a packet that is not the first of its datagram. */
  public static void encodeSubheader(ByteBuffer out, int flags, int checksum) {
    out.put((byte) flags).put((byte) 0).putShort((short) checksum);
  }

  /**
   * Writes packets of one call as one datagram, and sets {@link PacketFlags#JUMBO} where another
   * packet follows.
   *
   * @param packets consecutive in sequence number and serial, all but the last {@link
   *     #SUBPACKET_DATA} bytes long
   */
  public static void join(ByteBuffer out, List<DataPacket> packets) {
    int last = packets.size() - 1;
    for (int i = 0; i <= last; i++) {
      DataPacket packet = packets.get(i);
      if (i < last && packet.length() != SUBPACKET_DATA) {
        throw new IllegalArgumentException(
            "packet of " + packet.length() + " bytes inside a jumbogram: " + packet);
      }
      int jumbo = i < last ? PacketFlags.JUMBO : 0;
      int flags = (packet.header().flags() & ~PacketFlags.JUMBO) | jumbo;
      if (i == 0) {
        packet.header().withFlags(flags).encode(out);
      } else {
        encodeSubheader(out, flags, packet.header().checksum());
      }
      PacketCodec.copy(out, packet.datagram(), packet.offset(), packet.length());
    }
  }

  private static PacketHeader following(PacketHeader header, ByteBuffer in, int at) {
    // A datagram has one sender, whatever a sub-header claims.
    int direction = header.flags() & PacketFlags.CLIENT_INITIATED;
    int flags = (in.get(at) & 0xff & ~PacketFlags.CLIENT_INITIATED) | direction;
    return header.nextInJumbogram(flags, Short.toUnsignedInt(in.getShort(at + 2)));
  }
}
