package heddle.rxrpc.wire;

/**
 * The server wants to know who calls. Whether the body means anything is for the security class to
 * say.
 *
 * @param header the packet's header
 * @param body what follows the header; owned by this packet
 */
@SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares or changes it
public record ChallengePacket(PacketHeader header, byte[] body) implements Packet {
  @Override
  public String toString() {
    return header + " len=" + body.length;
  }
}
