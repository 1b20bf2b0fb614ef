package heddle.rxrpc.wire;

import java.nio.ByteBuffer;

/**
 * Bytes of a call. The payload is a range of the datagram that the packet came in, valid only while
 * that datagram is handled: nothing was copied yet.
 *
 * <p>With {@link PacketFlags#JUMBO} the payload is that of all packets of the datagram; see {@link
 * Jumbogram#split}.
 *
 * @param header the packet's header
 * @param datagram the buffer that holds the payload; its position and limit mean nothing here
 * @param offset index of the first byte of the payload in the buffer
 * @param length bytes of payload, the security class's header included
 */
public record DataPacket(PacketHeader header, ByteBuffer datagram, int offset, int length)
    implements Packet {

  /** Copies the payload into {@code target}, which must have room for {@link #length} bytes. */
  public void copyTo(byte[] target, int targetOffset) {
    datagram.get(offset, target, targetOffset, length);
  }

  @Override
  public String toString() {
    return header + " len=" + length;
  }
}
