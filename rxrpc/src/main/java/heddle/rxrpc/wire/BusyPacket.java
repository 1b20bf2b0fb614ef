package heddle.rxrpc.wire;

/**
 * The server cannot take the call now; the client may try again later.
 *
 * @param header the packet's header
 */
public record BusyPacket(PacketHeader header) implements Packet {
  @Override
  public String toString() {
    return header.toString();
  }
}
