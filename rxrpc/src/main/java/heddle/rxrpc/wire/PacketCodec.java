package heddle.rxrpc.wire;

import java.nio.ByteBuffer;

/**
 * Datagrams to packets and back. Decoding copies nothing that is data of a call and allocates less
 * than the datagram is long, but for a constant.
 */
public final class PacketCodec {
  /** Entries that the table of an ACK has room for. */
  public static final int MAX_ACKS = 255;

  /** Bytes of an ACK between the packet header and the table. */
  private static final int ACK_FIXED_LENGTH = 18;

  /** Bytes between the table of an ACK and its trailer; zero, and ignored. */
  private static final int ACK_PADDING = 3;

  private static final int ACK_COUNT_OFFSET = 17;

  private PacketCodec() {}

  /**
   * Decodes the datagram between the buffer's position and limit, and leaves both as they are. The
   * packet may point into the buffer.
   *
   * @param datagram in big-endian order; may be direct, and may hold other datagrams around this
   * @throws MalformedPacketException if it is no Rx packet
   */
  public static Packet decode(ByteBuffer datagram) throws MalformedPacketException {
    int start = datagram.position();
    PacketHeader header = PacketHeader.decode(datagram, start);
    int body = start + PacketHeader.LENGTH;
    int length = datagram.limit() - body;
    return switch (header.type()) {
      case DATA -> new DataPacket(header, datagram, body, length);
      case ACK -> decodeAck(header, datagram, body);
      case BUSY -> new BusyPacket(header);
      case ABORT -> decodeAbort(header, datagram, body);
      case ACKALL -> new AckAllPacket(header);
      case CHALLENGE -> new ChallengePacket(header, bytes(datagram, body, length));
      case RESPONSE -> new ResponsePacket(header, bytes(datagram, body, length));
      case DEBUG -> new DebugPacket(header, bytes(datagram, body, length));
      case VERSION -> new VersionPacket(header, bytes(datagram, body, length));
      case UNKNOWN -> new IgnoredPacket(header, PacketHeader.wireType(datagram, start), length);
    };
  }

  /** Writes the packet at the buffer's position, which must have room for it. */
  public static void encode(ByteBuffer out, Packet packet) {
    switch (packet) {
      case DataPacket p -> {
        p.header().encode(out);
        copy(out, p.datagram(), p.offset(), p.length());
      }
      case AckPacket p -> encodeAck(out, p);
      case BusyPacket p -> p.header().encode(out);
      case AbortPacket p -> encodeAbort(out, p.header(), p.code());
      case AckAllPacket p -> p.header().encode(out);
      case ChallengePacket p -> encodeBody(out, p.header(), p.body());
      case ResponsePacket p -> encodeBody(out, p.header(), p.body());
      case VersionPacket p -> encodeBody(out, p.header(), p.body());
      case DebugPacket p -> encodeBody(out, p.header(), p.body());
      case IgnoredPacket p -> p.header().encode(out, p.wireType());
    }
  }

  /**
   * Writes an ACK, with its obsolete fields zero.
   *
   * @param softAcks the table: one byte for each packet from {@code firstPacket}, 1 = arrived
   * @param ackCount entries of the table, at most {@link #MAX_ACKS}
   */
  public static void encodeAck(
      ByteBuffer out,
      PacketHeader header,
      int firstPacket,
      int previousPacket,
      int ackedSerial,
      AckReason reason,
      byte[] softAcks,
      int ackCount,
      AckTrailer trailer) {
    if (ackCount > MAX_ACKS) {
      throw new IllegalArgumentException(ackCount + " entries in the table of an ACK");
    }
    header.encode(out);
    out.putShort((short) 0).putShort((short) 0);
    out.putInt(firstPacket).putInt(previousPacket).putInt(ackedSerial);
    out.put((byte) reason.wireValue()).put((byte) ackCount);
    out.put(softAcks, 0, ackCount);
    encodeTrailer(out, trailer);
  }

  /** Writes an ABORT. */
  public static void encodeAbort(ByteBuffer out, PacketHeader header, int code) {
    header.encode(out);
    out.putInt(code);
  }

  /** Writes a packet whose body is these bytes. */
  public static void encodeBody(ByteBuffer out, PacketHeader header, byte[] body) {
    header.encode(out);
    out.put(body);
  }

  private static Packet decodeAck(PacketHeader header, ByteBuffer in, int at)
      throws MalformedPacketException {
    MalformedPacketException.unlessRoom(in, at, ACK_FIXED_LENGTH, "ACK");
    int acksOffset = at + ACK_FIXED_LENGTH;
    int ackCount = Byte.toUnsignedInt(in.get(at + ACK_COUNT_OFFSET));
    MalformedPacketException.unlessRoom(in, acksOffset, ackCount, "ACK table");
    int trailer = acksOffset + ackCount + ACK_PADDING;
    return new AckPacket(
        header,
        Short.toUnsignedInt(in.getShort(at)),
        Short.toUnsignedInt(in.getShort(at + 2)),
        in.getInt(at + 4),
        in.getInt(at + 8),
        in.getInt(at + 12),
        AckReason.fromWire(in.get(at + 16)),
        in,
        acksOffset,
        ackCount,
        AckTrailer.decode(in, trailer, in.limit() - trailer));
  }

  private static void encodeAck(ByteBuffer out, AckPacket p) {
    p.header().encode(out);
    out.putShort((short) p.bufferSpace()).putShort((short) p.maxSkew());
    out.putInt(p.firstPacket()).putInt(p.previousPacket()).putInt(p.ackedSerial());
    out.put((byte) p.reason().wireValue()).put((byte) p.ackCount());
    copy(out, p.datagram(), p.acksOffset(), p.ackCount());
    encodeTrailer(out, p.trailer());
  }

  private static void encodeTrailer(ByteBuffer out, AckTrailer trailer) {
    out.putShort((short) 0).put((byte) 0);
    trailer.encode(out);
  }

  private static Packet decodeAbort(PacketHeader header, ByteBuffer in, int at)
      throws MalformedPacketException {
    MalformedPacketException.unlessRoom(in, at, Integer.BYTES, "ABORT");
    return new AbortPacket(header, in.getInt(at));
  }

  private static byte[] bytes(ByteBuffer in, int at, int length) {
    var bytes = new byte[length];
    in.get(at, bytes);
    return bytes;
  }

  static void copy(ByteBuffer out, ByteBuffer from, int at, int length) {
    out.put(out.position(), from, at, length);
    out.position(out.position() + length);
  }
}
