package heddle.rxrpc.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 28-byte header that opens every Rx packet.
 *
 * <p>Protocol source: rx-spec.txt, "Packet Formats and Protocol Constants". Deviation: the spec
 * calls the two bytes before the service ID spare; rxkad keeps its checksum there (OpenAFS
 * src/rx/rx_packet.h).
 *
 * @param epoch chosen by the client when it started; with the connection ID it names a connection
 * @param cid connection ID in the upper 30 bits, channel in the lower 2
 * @param callNumber the call on that channel; 0 when the packet concerns the whole connection
 * @param seq counts DATA packets of one direction of the call, from 1
 * @param serial counts packets sent on the connection, from 1; compare with {@link Serial}
 * @param type what the packet is for
 * @param flags bits of {@link PacketFlags}
 * @param userStatus a byte for the user; bit 0 asks for a service upgrade
 * @param securityIndex the security class, as the service numbers them
 * @param checksum what the security class put there, unsigned
 * @param serviceId the service that the connection is to, unsigned
 */
public record PacketHeader(
    int epoch,
    int cid,
    int callNumber,
    int seq,
    int serial,
    PacketType type,
    int flags,
    int userStatus,
    int securityIndex,
    int checksum,
    int serviceId) {

  /** Length on the wire, in bytes. */
  public static final int LENGTH = 28;

  /** The bits of the {@link #cid} that are the channel. */
  public static final int CHANNEL_MASK = 3;

  private static final int TYPE_OFFSET = 20;

  /** Reads a header at the buffer's position and leaves the position behind it. */
  public static PacketHeader decode(ByteBuffer in) throws MalformedPacketException {
    PacketHeader header = decode(in, in.position());
    in.position(in.position() + LENGTH);
    return header;
  }

  static PacketHeader decode(ByteBuffer in, int at) throws MalformedPacketException {
    assert in.order() == ByteOrder.BIG_ENDIAN;
    MalformedPacketException.unlessRoom(in, at, LENGTH, "packet header");
    return new PacketHeader(
        in.getInt(at),
        in.getInt(at + 4),
        in.getInt(at + 8),
        in.getInt(at + 12),
        in.getInt(at + 16),
        PacketType.fromWire(in.get(at + TYPE_OFFSET)),
        Byte.toUnsignedInt(in.get(at + 21)),
        Byte.toUnsignedInt(in.get(at + 22)),
        Byte.toUnsignedInt(in.get(at + 23)),
        Short.toUnsignedInt(in.getShort(at + 24)),
        Short.toUnsignedInt(in.getShort(at + 26)));
  }

  /** Returns the byte of the header that says the type, also where that type is unknown. */
  static int wireType(ByteBuffer in, int at) {
    return Byte.toUnsignedInt(in.get(at + TYPE_OFFSET));
  }

  /** Writes the header at the buffer's position. */
  public void encode(ByteBuffer out) {
    encode(out, type.wireValue());
  }

  void encode(ByteBuffer out, int wireType) {
    assert out.order() == ByteOrder.BIG_ENDIAN;
    out.putInt(epoch)
        .putInt(cid)
        .putInt(callNumber)
        .putInt(seq)
        .putInt(serial)
        .put((byte) wireType)
        .put((byte) flags)
        .put((byte) userStatus)
        .put((byte) securityIndex)
        .putShort((short) checksum)
        .putShort((short) serviceId);
  }

  /** Returns the {@link #cid} without the channel. */
  public int connectionId() {
    return cid & ~CHANNEL_MASK;
  }

  /** Returns the channel, 0 to 3. */
  public int channel() {
    return cid & CHANNEL_MASK;
  }

  /** Returns whether any of these bits of {@link PacketFlags} is set. */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Returns whether the client of the connection sent this packet. */
  public boolean clientInitiated() {
    return has(PacketFlags.CLIENT_INITIATED);
  }

  /**
   * Returns whether the client asks that a better service than the one that is named serve it.
   *
   * <p>Protocol source: Linux net/rxrpc protocol.h (AuriStor's service upgrade request).
   */
  public boolean asksForUpgrade() {
    return (userStatus & 1) != 0;
  }

  /** Returns this header with another serial, as every retransmission needs. */
  public PacketHeader withSerial(int newSerial) {
    return new PacketHeader(
        epoch,
        cid,
        callNumber,
        seq,
        newSerial,
        type,
        flags,
        userStatus,
        securityIndex,
        checksum,
        serviceId);
  }

  /** Returns this header with other flags. */
  public PacketHeader withFlags(int newFlags) {
    return new PacketHeader(
        epoch,
        cid,
        callNumber,
        seq,
        serial,
        type,
        newFlags,
        userStatus,
        securityIndex,
        checksum,
        serviceId);
  }

  /** Returns this header with another checksum. */
  public PacketHeader withChecksum(int newChecksum) {
    return new PacketHeader(
        epoch,
        cid,
        callNumber,
        seq,
        serial,
        type,
        flags,
        userStatus,
        securityIndex,
        newChecksum,
        serviceId);
  }

  /** Returns this header as that of another type of packet. */
  public PacketHeader withType(PacketType newType) {
    return new PacketHeader(
        epoch,
        cid,
        callNumber,
        seq,
        serial,
        newType,
        flags,
        userStatus,
        securityIndex,
        checksum,
        serviceId);
  }

  /** Returns the header of the packet that follows in a jumbogram. */
  PacketHeader nextInJumbogram(int nextFlags, int nextChecksum) {
    return new PacketHeader(
        epoch,
        cid,
        callNumber,
        seq + 1,
        serial + 1,
        type,
        nextFlags,
        userStatus,
        securityIndex,
        nextChecksum,
        serviceId);
  }

  /** One line for a log: {@code 7d3a1c02:00000004 #3 DATA seq=1 serial=17 LAST|REQUEST_ACK}. */
  @Override
  public String toString() {
    var text = new StringBuilder(96);
    hex(text, epoch).append(':');
    hex(text, cid).append(" #").append(Integer.toUnsignedString(callNumber)).append(' ');
    text.append(type).append(" ".repeat(10 - type.name().length()));
    if (type == PacketType.DATA) {
      text.append("seq=").append(Integer.toUnsignedString(seq)).append(' ');
    }
    return text.append("serial=")
        .append(Integer.toUnsignedString(serial))
        .append(' ')
        .append(PacketFlags.toString(flags, type))
        .toString();
  }

  private static StringBuilder hex(StringBuilder text, int value) {
    String digits = Integer.toHexString(value);
    return text.append("0".repeat(8 - digits.length())).append(digits);
  }
}
