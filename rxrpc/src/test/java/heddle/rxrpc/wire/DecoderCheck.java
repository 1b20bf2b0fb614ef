package heddle.rxrpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;

/** What holds for the decoder whatever the bytes are. */
final class DecoderCheck {
  private DecoderCheck() {}

  /**
   * Decodes the bytes as a datagram and checks all that follows; returns whether it is a packet.
   */
  static boolean decodes(byte[] bytes) {
    ByteBuffer datagram = ByteBuffer.wrap(bytes);
    Packet packet;
    try {
      packet = PacketCodec.decode(datagram);
    } catch (MalformedPacketException e) {
      assertThat(e).hasMessageMatching("[\\w ]+ of \\d+ bytes where \\d+ are").hasNoCause();
      return false;
    }
    assertThat(datagram.position()).isZero();
    assertThat(datagram.limit()).isEqualTo(bytes.length);
    assertThat(packet.toString()).doesNotContain("\n").hasSizeLessThan(700);
    assertThat(encodesToTheSamePacket(packet, bytes.length)).hasToString(packet.toString());
    if (packet instanceof DataPacket data) {
      checkData(data, bytes);
    }
    return true;
  }

  private static Packet encodesToTheSamePacket(Packet packet, int length) {
    ByteBuffer out = ByteBuffer.allocate(length + 20); // an ACK is written with all its padding
    PacketCodec.encode(out, packet);
    try {
      Packet again = PacketCodec.decode(out.flip());
      // an ignored packet is written without its body
      return again instanceof IgnoredPacket ? packet : again;
    } catch (MalformedPacketException e) {
      throw new AssertionError("cannot decode what was encoded: " + packet, e);
    }
  }

  private static void checkData(DataPacket data, byte[] bytes) {
    assertThat(data.offset() + data.length()).isEqualTo(bytes.length);
    List<DataPacket> packets;
    try {
      packets = Jumbogram.split(data);
    } catch (MalformedPacketException e) {
      assertThat(data.header().has(PacketFlags.JUMBO)).isTrue();
      return;
    }
    int expectedOffset = PacketHeader.LENGTH;
    for (int i = 0; i < packets.size(); i++) {
      DataPacket packet = packets.get(i);
      assertThat(packet.offset()).isEqualTo(expectedOffset);
      assertThat(packet.header().seq()).isEqualTo(data.header().seq() + i);
      assertThat(packet.header().serial()).isEqualTo(data.header().serial() + i);
      assertThat(packet.header().clientInitiated()).isEqualTo(data.header().clientInitiated());
      assertThat(packet.header().has(PacketFlags.JUMBO)).isEqualTo(i < packets.size() - 1);
      expectedOffset += packet.length() + Jumbogram.SUBHEADER_LENGTH;
    }
    assertThat(expectedOffset - Jumbogram.SUBHEADER_LENGTH).isEqualTo(bytes.length);
  }
}
