package heddle.rxrpc.wire;

/**
 * A packet of a type that this library does not know. The protocol has such types (9 to 12 are an
 * obsolete exchange of parameters) and wants them ignored; its body is not kept.
 *
 * @param header the packet's header; its type is {@link PacketType#UNKNOWN}
 * @param wireType the type as the header says it, 0 to 255
 * @param length bytes that follow the header
 */
public record IgnoredPacket(PacketHeader header, int wireType, int length) implements Packet {
  @Override
  public String toString() {
    return header + " type=" + wireType + " len=" + length;
  }
}
