package heddle.rxrpc.wire;

/**
 * A question of {@code rxdebug}, or its answer.
 *
 * @param header the packet's header
 * @param body what follows the header; owned by this packet
 */
@SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares or changes it
public record DebugPacket(PacketHeader header, byte[] body) implements Packet {
  @Override
  public String toString() {
    return header + " len=" + body.length;
  }
}
