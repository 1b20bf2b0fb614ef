package heddle.rxrpc.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JumbogramTest {
  private static final int STEP = Jumbogram.SUBPACKET_DATA + Jumbogram.SUBHEADER_LENGTH;
  private static final int FIRST_FLAGS = PacketFlags.CLIENT_INITIATED | PacketFlags.MORE_PACKETS;

  private final RandomPackets random = new RandomPackets(new SplittableRandom(7));

  @Test
  void ordinaryPacketsSplitIntoThemselves() throws Exception {
    DataPacket packet = packet(1, 1, 0, 4000);
    assertThat(Jumbogram.split(packet)).containsExactly(packet);
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 1412", "3, 1", "6, 700", "46, 1000"})
  void whatIsJoinedSplitsIntoTheSame(int count, int lastLength) throws Exception {
    List<DataPacket> packets = packets(count, lastLength);
    ByteBuffer datagram = join(packets);

    List<DataPacket> split = Jumbogram.split((DataPacket) PacketCodec.decode(datagram));

    assertThat(datagram.remaining())
        .isEqualTo(PacketHeader.LENGTH + (count - 1) * STEP + lastLength);
    assertThat(split).hasSize(count);
    for (int i = 0; i < count; i++) {
      DataPacket packet = split.get(i);
      DataPacket original = packets.get(i);
      int jumbo = i < count - 1 ? PacketFlags.JUMBO : 0;
      assertThat(packet.header())
          .isEqualTo(original.header().withFlags(original.header().flags() | jumbo));
      assertThat(payload(packet)).isEqualTo(payload(original));
      assertThat(packet.datagram()).isSameAs(datagram); // nothing was copied
    }
  }

  @Test
  void sequenceNumbersAndSerialsWrapRound() throws Exception {
    var packets = List.of(packet(-1, Integer.MAX_VALUE, 0, 1412), packet(0, 1 << 31, 4, 3));

    List<DataPacket> split = Jumbogram.split((DataPacket) PacketCodec.decode(join(packets)));

    assertThat(split.get(1).header().seq()).isZero();
    assertThat(split.get(1).header().serial()).isEqualTo(Integer.MIN_VALUE);
  }

  /** A sub-header is never trusted beyond the datagram. */
  @Test
  void everyTruncationInsideAFullPacketIsMalformed() throws Exception {
    ByteBuffer datagram = join(packets(3, 500));
    int secondSubheader = PacketHeader.LENGTH + STEP + Jumbogram.SUBPACKET_DATA;
    for (int length = PacketHeader.LENGTH; length < datagram.capacity(); length++) {
      datagram.limit(length);
      var packet = (DataPacket) PacketCodec.decode(datagram);
      if (length < secondSubheader + Jumbogram.SUBHEADER_LENGTH) {
        assertThatExceptionOfType(MalformedPacketException.class)
            .isThrownBy(() -> Jumbogram.split(packet));
      } else {
        assertThat(Jumbogram.split(packet)).hasSize(3);
      }
    }
  }

  @Test
  void aJumbogramThatGoesOnAfterTheLastPacketOfTheCallIsMalformed() throws Exception {
    ByteBuffer datagram = join(packets(3, 500));
    int flags = PacketHeader.LENGTH + Jumbogram.SUBPACKET_DATA;
    datagram.put(flags, (byte) (PacketFlags.JUMBO | PacketFlags.LAST_PACKET));
    var packet = (DataPacket) PacketCodec.decode(datagram);

    assertThatExceptionOfType(MalformedPacketException.class)
        .isThrownBy(() -> Jumbogram.split(packet))
        .withMessage("jumbogram goes on after the last packet of the call");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, PacketFlags.CLIENT_INITIATED})
  void aSubheaderCannotTurnTheDirectionRound(int direction) throws Exception {
    ByteBuffer datagram = join(packets(2, 10));
    datagram.put(21, (byte) (PacketFlags.JUMBO | direction));
    datagram.put(
        PacketHeader.LENGTH + Jumbogram.SUBPACKET_DATA,
        (byte) (PacketFlags.LAST_PACKET | (direction ^ PacketFlags.CLIENT_INITIATED)));

    List<DataPacket> split = Jumbogram.split((DataPacket) PacketCodec.decode(datagram));

    assertThat(split.get(1).header().flags()).isEqualTo(PacketFlags.LAST_PACKET | direction);
  }

  @Test
  void shortPacketsCannotStandInsideAJumbogram() {
    var packets = List.of(packet(1, 1, 0, 1411), packet(2, 2, 0, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> join(packets));
  }

  private List<DataPacket> packets(int count, int lastLength) {
    var packets = new ArrayList<DataPacket>();
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      int flags = last ? PacketFlags.CLIENT_INITIATED | PacketFlags.LAST_PACKET : FIRST_FLAGS;
      packets.add(packet(5 + i, 100 + i, flags, last ? lastLength : Jumbogram.SUBPACKET_DATA));
    }
    return packets;
  }

  private DataPacket packet(int seq, int serial, int flags, int length) {
    var header =
        new PacketHeader(
            0x80001234, 8, 2, seq, serial, PacketType.DATA, flags, 0, 2, seq * 77 & 0xffff, 1);
    return new DataPacket(header, ByteBuffer.wrap(random.bytes(length + 20)), 20, length);
  }

  private static byte[] payload(DataPacket packet) {
    var bytes = new byte[packet.length()];
    packet.copyTo(bytes, 0);
    return bytes;
  }

  private static ByteBuffer join(List<DataPacket> packets) {
    ByteBuffer out = ByteBuffer.allocate(PacketHeader.LENGTH + packets.size() * STEP);
    Jumbogram.join(out, packets);
    return out.flip();
  }
}
