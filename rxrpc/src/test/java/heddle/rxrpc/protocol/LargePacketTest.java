package heddle.rxrpc.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.wire.PacketHeader;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What changes in a call when its packets become large, and small again. */
class LargePacketTest {
  private static final Limits LIMITS = Limits.DEFAULT.withJumboPackets(46).withLargePackets();
  private static final int LARGE = LargePacket.within(65_507);
  private static final int LARGE_DATA = LARGE - PacketHeader.LENGTH;
  private static final int SMALL = LIMITS.packetBytes();
  private static final int WINDOW = LIMITS.sendWindow();

  private final SendWindow window = new SendWindow(LIMITS, 1);
  private final RenoController congestion = new RenoController(LIMITS);

  @ParameterizedTest
  @CsvSource({"1444, 0", "8219, 0", "8220, 8220", "16411, 8220", "16412, 16412", "65507, 16412"})
  void largePacketHoldsWholeMultiplesOfEightKibibytes(int datagramBytes, int bytes) {
    assertThat(LargePacket.within(datagramBytes)).isEqualTo(bytes);
  }

  @Test
  void fewerLargePacketsThanSmallOnesAreKept() {
    window.packetBytes(LARGE_DATA);
    assertThat(window.limit()).isEqualTo(32);
    int most = 32 * LARGE_DATA;
    assertThat(window.write(ByteBuffer.allocate(2 * most))).isEqualTo(most);
    assertThat(window.roomPackets()).isZero();
  }

  @Test
  void whatWasCutSmallWaitsForItsPlaceWhenPacketsBecomeLarge() {
    window.packetBytes(SMALL - PacketHeader.LENGTH);
    ByteBuffer all = ByteBuffer.allocate(WINDOW * (SMALL - PacketHeader.LENGTH));
    while (all.hasRemaining()) {
      all.put((byte) (all.position() / 1_000));
    }
    all.flip();
    window.write(all);
    assertThat(all.hasRemaining()).as("all is cut").isFalse();
    for (int i = 0; i < 100; i++) {
      window.advance(0, i + 1); // these keep their bytes
    }
    window.packetBytes(LARGE_DATA);
    assertThat(window.roomPackets()).isZero();
    window.acknowledgeAll();

    int at = 100 * (SMALL - PacketHeader.LENGTH);
    while (window.unsent() > 0 || !window.ended()) {
      if (window.unsent() == 0) {
        window.end(); // lets the rest go
      }
      TxPacket packet = window.packet(window.advance(0, 200));
      assertThat(ByteBuffer.wrap(packet.data, 0, packet.length))
          .isEqualTo(all.slice(at, packet.length));
      at += packet.length;
    }
    assertThat(at).isEqualTo(all.limit());
  }

  @Test
  void nothingNewGoesBehindLargePacketsThatAreUnderWayWhenPacketsBecomeSmall() {
    window.packetBytes(LARGE_DATA);
    window.write(ByteBuffer.allocate(8 * LARGE_DATA));
    window.advance(0, 1);
    window.advance(0, 2);
    window.packetBytes(SMALL - PacketHeader.LENGTH);
    assertThat(window.unsent()).isGreaterThan(6);
    assertThat(window.mayAdvance()).isFalse();
    window.packetBytes(PathMtu.BASE - PacketHeader.LENGTH);
    assertThat(window.mayAdvance()).isFalse();
    window.acknowledgeAll();
    assertThat(window.mayAdvance()).isTrue();
  }

  @Test
  void packetsThatAreCutAgainMayGo() {
    window.packetBytes(LARGE_DATA);
    window.write(ByteBuffer.allocate(2 * LARGE_DATA));
    window.advance(0, 1);
    window.packetBytes(SMALL - PacketHeader.LENGTH);
    window.recutAll();
    assertThat(window.mayAdvance()).isTrue();
    assertThat(window.packet(window.base()).length).isEqualTo(SMALL - PacketHeader.LENGTH);
  }

  @Test
  void asManyPlacesAreFilledWithLargePacketsAsThereMayBe() {
    window.packetBytes(SMALL - PacketHeader.LENGTH);
    window.write(ByteBuffer.allocate(WINDOW * (SMALL - PacketHeader.LENGTH)));
    Set<byte[]> memory = Collections.newSetFromMap(new IdentityHashMap<>());
    window.packetBytes(LARGE_DATA);
    ByteBuffer data = ByteBuffer.allocate(1_000 * LARGE_DATA);
    while (data.hasRemaining()) {
      while (window.unsent() > 0) {
        TxPacket packet = window.packet(window.advance(0, 1));
        if (packet.data.length >= LARGE_DATA) {
          memory.add(packet.data);
        }
      }
      window.acknowledgeAll();
      window.write(data);
    }
    assertThat(memory).hasSizeLessThan(2 * window.limit());
  }

  @Test
  void notMoreBytesMayBeInFlightThanBefore() {
    congestion.onAcknowledged(120);
    int before = congestion.window();
    congestion.packetBytes(SMALL, LARGE);
    assertThat(congestion.window()).isEqualTo(before * SMALL / LARGE);
    assertThat(congestion.slowStartThreshold()).as("none was found yet").isEqualTo(WINDOW);
    congestion.packetBytes(LARGE, SMALL);
    assertThat(congestion.window()).as("it grows again").isEqualTo(before * SMALL / LARGE);
  }

  @Test
  void thresholdThatWasFoundIsOneOfBytes() {
    congestion.onAcknowledged(200);
    congestion.onLoss(200, 1, 200);
    int before = congestion.slowStartThreshold();
    congestion.packetBytes(SMALL, 8_220);
    assertThat(congestion.slowStartThreshold()).isEqualTo(before * SMALL / 8_220);
  }

  @Test
  void fourPacketsMayBeInFlightHoweverLargeTheyAre() {
    congestion.packetBytes(SMALL, LARGE);
    assertThat(congestion.window()).isEqualTo(4);
  }

  @Test
  void sizesThatAreAboutTheSameChangeNothing() {
    int before = congestion.window();
    congestion.packetBytes(SMALL, PathMtu.BASE);
    assertThat(congestion.window()).isEqualTo(before);
  }
}
