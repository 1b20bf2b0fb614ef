package heddle.rxrpc.wire;

/**
 * Everything that was sent of this direction of the call has arrived for good.
 *
 * @param header the packet's header
 */
public record AckAllPacket(PacketHeader header) implements Packet {
  @Override
  public String toString() {
    return header.toString();
  }
}
