package heddle.rxrpc.wire;

/**
 * A question for the peer's version (from a client), its answer (a string of 65 bytes with zeros at
 * its end), or a sign of life that keeps a NAT open.
 *
 * @param header the packet's header
 * @param body what follows the header; owned by this packet
 */
@SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares or changes it
public record VersionPacket(PacketHeader header, byte[] body) implements Packet {
  @Override
  public String toString() {
    return header + " len=" + body.length;
  }
}
