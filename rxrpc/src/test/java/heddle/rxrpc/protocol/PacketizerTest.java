package heddle.rxrpc.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketizerTest {
  private static final int LIMIT = 255;

  private final Packetizer packets = new Packetizer(LIMIT, Packetizer.FIRST_SEQ);

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private List<Integer> lengths() {
    List<Integer> lengths = new ArrayList<>();
    for (int seq = packets.base(); seq != packets.queuedTop(); seq++) {
      lengths.add(packets.packet(seq).length);
    }
    return lengths;
  }

  /** Takes all packets out; returns their bytes. The last one alone says that it is the last. */
  private byte[] takeAll() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (packets.base() != packets.queuedTop()) {
      TxPacket packet = packets.packet(packets.base());
      boolean last = packet.last;
      all.write(packet.data, 0, packet.length);
      packets.drop();
      assertThat(last).isEqualTo(packets.isWhole() && packets.base() == packets.queuedTop());
    }
    return all.toByteArray();
  }

  @Test
  void packetsThatAreTooLongAreCutAgainWithTheOneBeingFilled() {
    packets.packetBytes(100);
    packets.write(ByteBuffer.wrap(bytes(250)));
    assertThat(lengths()).containsExactly(100, 100);
    packets.packetBytes(60);
    assertThat(packets.anyTooLong(1)).isTrue();
    packets.recut(1);
    assertThat(packets.anyTooLong(1)).isFalse();
    packets.write(ByteBuffer.wrap(bytes(10)));
    packets.end();
    assertThat(lengths()).containsExactly(60, 60, 60, 60, 20);
  }

  @Test
  void packetsBeforeAreLeftAlone() {
    packets.packetBytes(100);
    packets.write(ByteBuffer.wrap(bytes(350)));
    packets.end();
    packets.packetBytes(60);
    packets.recut(3);
    assertThat(lengths()).containsExactly(100, 100, 60, 60, 30);
    assertThat(takeAll()).isEqualTo(bytes(350));
  }

  @Test
  void lastPacketThatIsFullStaysTheLast() {
    packets.packetBytes(100);
    packets.write(ByteBuffer.wrap(bytes(200)));
    packets.end();
    packets.packetBytes(50);
    packets.recut(1);
    assertThat(lengths()).containsExactly(50, 50, 50, 50);
    assertThat(packets.isWhole()).isTrue();
  }

  @Test
  void emptyPhaseIsStillOnePacket() {
    packets.packetBytes(100);
    packets.end();
    packets.packetBytes(50);
    packets.recut(1);
    assertThat(lengths()).containsExactly(0);
    assertThat(packets.packet(1).last).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 49, 50, 99, 100})
  void whatFindsNoRoomFollowsInOrder(int more) {
    packets.packetBytes(100);
    int total = 254 * 100 + more;
    packets.write(ByteBuffer.wrap(bytes(total)));
    packets.packetBytes(50);
    packets.recut(1);
    assertThat(packets.hasRoom()).isFalse();
    assertThat(packets.write(ByteBuffer.wrap(bytes(1)))).isZero();
    packets.end();
    assertThat(packets.isWhole()).isFalse();
    assertThat(takeAll()).isEqualTo(bytes(total));
    assertThat(packets.isWhole()).isTrue();
  }

  @Test
  void userWritesOnWhenThereIsRoomAgain() {
    packets.packetBytes(100);
    packets.write(ByteBuffer.wrap(bytes(200 * 100)));
    packets.packetBytes(50);
    packets.recut(1);
    while (packets.roomPackets() < 2) {
      packets.drop();
    }
    assertThat(packets.queuedTop() - packets.base()).isEqualTo(LIMIT - 2);
    assertThat(packets.write(ByteBuffer.wrap(bytes(10)))).isEqualTo(10);
    packets.end();
    assertThat(packets.isWhole()).isTrue();
  }

  @Test
  void firstPacketMayBeSmallerThanTheOthers() {
    packets.packetBytes(100);
    packets.firstPacketBytes(80);
    packets.write(ByteBuffer.wrap(bytes(250)));
    packets.end();
    assertThat(lengths()).containsExactly(80, 100, 70);
  }
}
