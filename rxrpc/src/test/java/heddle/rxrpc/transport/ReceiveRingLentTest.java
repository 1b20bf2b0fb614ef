package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Packets that stay in the memory that they were received into until they are read. */
class ReceiveRingLentTest {
  private final ReceiveSlabs pool = new ReceiveSlabs(2);
  private final Lender lender = new Lender();
  private final ReceiveRing ring = new ReceiveRing(8, new ReceiveBudget(1 << 20), lender);
  private final ReceiveSlab slab = Objects.requireNonNull(pool.take());

  /** A message comes whose packets, of one byte each, are {@code text}. */
  private void receive(String text, boolean lending) {
    for (int i = 0; i < text.length(); i++) {
      slab.bytes().put(i, (byte) text.charAt(i));
    }
    slab.lending(lending);
    lender.handling(slab);
    for (int i = 0; i < text.length(); i++) {
      slab.bytes().limit(i + 1).position(i);
      ring.deliver(0, slab.bytes(), i, 1);
    }
    slab.bytes().clear();
    lender.handling(null);
  }

  private String read(int bytes) {
    ByteBuffer target = ByteBuffer.allocate(bytes);
    ring.read(target);
    StringBuilder text = new StringBuilder();
    target.flip();
    while (target.hasRemaining()) {
      text.append((char) target.get());
    }
    return text.toString();
  }

  @Test
  void packetsAreReadWhereTheyWereReceived() {
    receive("ab", true);
    slab.bytes().put(1, (byte) 'x');

    assertThat(read(2)).isEqualTo("ax");
  }

  @Test
  void theMemoryIsNeededUntilTheLastOfItsPacketsIsRead() {
    receive("abc", true);
    assertThat(slab.settle()).isTrue();
    slab.letGo();

    assertThat(read(2)).isEqualTo("ab");
    assertThat(slab.isBack()).isFalse();
    assertThat(pool.take()).isNotNull().isNotSameAs(slab);
    assertThat(pool.take()).as("all that there may be is in use").isNull();

    assertThat(read(2)).isEqualTo("c");
    assertThat(slab.isBack()).isTrue();
    assertThat(pool.take()).isSameAs(slab);
  }

  @Test
  void theMemoryIsFreeWhereAllWasReadBeforeItWasSettled() {
    receive("abc", true);
    assertThat(read(3)).isEqualTo("abc");

    assertThat(slab.settle()).isFalse();
  }

  @Test
  void packetsAreCopiedWhereTheMemoryCannotBeSpared() {
    receive("ab", false);
    assertThat(slab.settle()).isFalse();
    slab.bytes().put(1, (byte) 'x');

    assertThat(read(2)).isEqualTo("ab");
  }

  @Test
  void nothingIsLentOfOtherMemory() {
    receive("a", true);
    ring.deliver(0, ByteBuffer.wrap(new byte[] {'b'}), 0, 1);
    slab.settle();

    assertThat(read(1)).isEqualTo("a");
    assertThat(slab.isBack()).isTrue();
    assertThat(read(1)).isEqualTo("b");
  }

  @Test
  void whoLetsGoOfTheCallGivesBackWhatIsUnreadAndMayYetReadIt() {
    receive("abcdef", true); // the ring grows in between
    slab.settle();
    assertThat(read(1)).isEqualTo("a");

    ring.giveBackLent();

    assertThat(slab.isBack()).isTrue();
    slab.bytes().put(2, (byte) 'x');
    assertThat(read(8)).isEqualTo("bcdef");
    assertThat(slab.isBack()).as("each is given back once").isTrue();
  }
}
