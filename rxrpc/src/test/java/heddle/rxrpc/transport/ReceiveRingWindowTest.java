package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.LargePacket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How many packets the peer is told that there is room for, when packets are large. */
class ReceiveRingWindowTest {
  private static final int LARGE = 16_384;
  private static final int PLACES = 510;
  private static final int WINDOW = LargePacket.WINDOW_BYTES / LARGE;

  private final ReceiveBudget budget = new ReceiveBudget(64 << 20);
  private final ReceiveRing ring = new ReceiveRing(PLACES, budget, new Lender());

  private void deliver(int bytes) {
    ring.deliver(0, ByteBuffer.allocate(bytes), 0, bytes);
  }

  private void read(int bytes) {
    ring.read(ByteBuffer.allocate(bytes));
  }

  @Test
  void roomIsForFewerPacketsOnceALargeOneHasCome() {
    deliver(1444);
    assertThat(ring.freePackets()).isEqualTo(PLACES - 1);
    read(1444);
    deliver(LARGE);
    read(LARGE);
    assertThat(ring.freePackets()).isEqualTo(4 * WINDOW);
  }

  @Test
  void aWindowOfLargePacketsFindsRoomBehindSmallOnesThatNobodyHasRead() {
    for (int i = 0; i < PLACES - WINDOW; i++) {
      deliver(1412);
    }
    deliver(LARGE);
    assertThat(ring.freePackets()).isEqualTo(WINDOW - 1);
  }

  @Test
  void roomIsNeverNegative() {
    deliver(LARGE);
    for (int i = 0; i < 5 * WINDOW; i++) {
      deliver(LARGE);
    }
    assertThat(ring.freePackets()).isZero();
  }

  @Test
  void packetThatFillsAGapIsTakenHoweverShortMemoryIs() {
    ReceiveRing other = new ReceiveRing(PLACES, new ReceiveBudget(0), new Lender());
    other.keep(LARGE);
    assertThat(other.hasRoomFor(LARGE, false)).isFalse();
    assertThat(other.hasRoomFor(LARGE, true)).isTrue();
  }

  @Test
  void shareOfTheMemoryIsCountedInPacketsAsLargeAsThoseThatCome() {
    ReceiveBudget little = new ReceiveBudget(16 * 10 * LARGE);
    ReceiveRing other = new ReceiveRing(PLACES, little, new Lender());
    assertThat(other.freePackets()).isGreaterThan(100);
    other.deliver(0, ByteBuffer.allocate(LARGE), 0, LARGE);
    assertThat(other.freePackets()).isEqualTo(9); // a sixteenth of what is left
    assertThat(other.hasRoomFor(9 * LARGE, false)).isTrue();
    assertThat(other.hasRoomFor(10 * LARGE, false)).isFalse();
  }
}
