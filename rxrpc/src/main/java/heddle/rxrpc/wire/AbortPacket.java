package heddle.rxrpc.wire;

/**
 * The end of a call by an error; with call number 0, the end of all calls of the connection.
 *
 * <p>An ABORT too short for its code is malformed: it ends nothing.
 *
 * @param header the packet's header
 * @param code what was wrong, in the numbers of Rx, the security class or the service
 */
public record AbortPacket(PacketHeader header, int code) implements Packet {
  @Override
  public String toString() {
    return header + " code=" + code;
  }
}
