package heddle.rxrpc.wire;

import java.nio.ByteBuffer;

/**
 * What has arrived of one direction of a call, and what its receiver is ready to take. Packets
 * before {@link #firstPacket} have arrived for good (hard ACK); of the {@link #ackCount} packets
 * from there on the table says whether they have arrived but may still be dropped (soft ACK); later
 * ones have not.
 *
 * <p>The table stays in the datagram, so it is valid only while that datagram is handled.
 *
 * <p>Protocol source: rx-spec.txt, "Acknowledgements"; OpenAFS src/rx/rx.h, {@code rx_ackPacket}.
 *
 * @param header the packet's header
 * @param bufferSpace obsolete
 * @param maxSkew obsolete
 * @param firstPacket sequence number of the first packet that has not arrived for good
 * @param previousPacket implementations differ in its meaning; good only for discarding old ACKs
 * @param ackedSerial serial of the packet that prompted this ACK; 0 = none
 * @param reason why it was sent
 * @param datagram the buffer that holds the table; its position and limit mean nothing here
 * @param acksOffset index of the table in the buffer
 * @param ackCount entries of the table, 0 to 255
 * @param trailer what the receiver is ready to take
 */
public record AckPacket(
    PacketHeader header,
    int bufferSpace,
    int maxSkew,
    int firstPacket,
    int previousPacket,
    int ackedSerial,
    AckReason reason,
    ByteBuffer datagram,
    int acksOffset,
    int ackCount,
    AckTrailer trailer)
    implements Packet {

  /**
   * Returns whether the packet {@code firstPacket + index} has arrived, as far as this ACK says.
   */
  public boolean isSoftAcked(int index) {
    return index >= 0 && index < ackCount && (datagram.get(acksOffset + index) & 1) != 0;
  }

  @Override
  public String toString() {
    var text = new StringBuilder(192).append(header).append(' ').append(reason);
    text.append(" first=").append(Integer.toUnsignedString(firstPacket));
    text.append(" prev=").append(Integer.toUnsignedString(previousPacket));
    text.append(" acked=").append(Integer.toUnsignedString(ackedSerial));
    if (ackCount > 0) {
      text.append(" acks=");
      for (int i = 0; i < ackCount; i++) {
        text.append(isSoftAcked(i) ? '*' : '-');
      }
    }
    if (trailer.words() > 0) {
      text.append(" mtu=").append(trailer.interfaceMtu()).append('/').append(trailer.maxMtu());
      text.append(" window=").append(trailer.receiveWindow());
      text.append(" jumbo=").append(trailer.jumboMax());
    }
    return text.toString();
  }
}
