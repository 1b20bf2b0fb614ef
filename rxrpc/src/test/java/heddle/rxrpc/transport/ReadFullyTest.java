package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.wire.PacketFlags;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who wants much at once is woken for a good part of it, and never too late. */
@Timeout(30)
class ReadFullyTest {
  private static final int SERVICE = 7;
  private static final int PACKET_BYTES = 1_400;
  private static final int ENOUGH = 64 * 1024 / PACKET_BYTES + 1; // packets that wake a reader

  private PacketScript script = PacketScript.withoutHelp(PacketScript.settings(1));

  @AfterEach
  void close() {
    script.close();
  }

  private CallDriver begin() {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    send(1, 0);
    return service.tryAccept();
  }

  private void send(int seq, int flags) {
    script.receive(script.request(SERVICE, 4, 1, seq, flags, PACKET_BYTES));
  }

  /** Returns a reader that waits. */
  private static FutureTask<Integer> reading(CallDriver call, ByteBuffer target) {
    Callable<Integer> reader = () -> call.readFully(target);
    FutureTask<Integer> task = new FutureTask<>(reader);
    Thread.ofVirtual().start(task);
    awaitWaiter(call, task);
    return task;
  }

  private static void awaitWaiter(CallDriver call, FutureTask<Integer> reader) {
    while (!call.readiness.hasWaiter()) {
      assertThat(reader.isDone()).as("the reader waits: %s", reader).isFalse();
      assertThat(Thread.interrupted()).as("this takes too long").isFalse();
      Thread.onSpinWait();
    }
  }

  @Test
  void aReaderSleepsUntilThereIsAGoodPartOfWhatItWants() throws Exception {
    CallDriver call = begin();
    int packets = 2 * ENOUGH;
    ByteBuffer target = ByteBuffer.allocate(packets * PACKET_BYTES);
    FutureTask<Integer> reader = reading(call, target);
    for (int seq = 2; seq <= ENOUGH; seq++) {
      send(seq, 0);
      assertThat(call.readiness.hasWaiter()).as("packet %s", seq).isTrue();
    }
    send(ENOUGH + 1, 0); // the first one was read before
    while (call.ring.unread() > 0) { // it is awake, and takes them, though it wants more
      assertThat(Thread.interrupted()).as("this takes too long").isFalse();
      Thread.onSpinWait();
    }
    for (int seq = ENOUGH + 2; seq <= packets; seq++) {
      send(seq, 0);
    }
    assertThat(reader.get()).isEqualTo(target.capacity());
    assertThat(target.hasRemaining()).isFalse();
  }

  @Test
  void theEndOfTheRequestWakesIt() throws Exception {
    CallDriver call = begin();
    ByteBuffer target = ByteBuffer.allocate(200 * PACKET_BYTES);
    FutureTask<Integer> reader = reading(call, target);
    send(2, PacketFlags.LAST_PACKET);

    assertThat(reader.get()).isEqualTo(2 * PACKET_BYTES);
    assertThat(call.readFully(target)).isEqualTo(-1);
  }

  @Test
  void theLastBytesThatItWantsWakeIt() throws Exception {
    CallDriver call = begin();
    ByteBuffer target = ByteBuffer.allocate(3 * PACKET_BYTES - 7);
    FutureTask<Integer> reader = reading(call, target);
    send(2, 0);
    assertThat(call.readiness.hasWaiter()).isTrue();
    send(3, 0);

    assertThat(reader.get()).isEqualTo(target.capacity());
  }

  @Test
  void theEndOfTheCallWakesItAndLeavesWhatHadCome() {
    CallDriver call = begin();
    ByteBuffer target = ByteBuffer.allocate(200 * PACKET_BYTES);
    FutureTask<Integer> reader = reading(call, target);
    send(2, 0);
    call.abort(1, AbortReason.USER);

    assertThatThrownBy(reader::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CallEndedException.class);
    assertThat(target.position()).isEqualTo(2 * PACKET_BYTES);
  }

  @Test
  void itIsWokenBeforeThePeerHasToWaitWhereMemoryIsShort() throws Exception {
    script.close();
    script = PacketScript.withoutHelp(PacketScript.settings(1).withReceiveBudget(0));
    CallDriver call = begin();
    ByteBuffer target = ByteBuffer.allocate(100 * PACKET_BYTES);
    FutureTask<Integer> reader = reading(call, target);
    for (int seq = 2; seq <= 100; seq++) {
      awaitWaiter(call, reader);
      send(seq, 0); // there is no window for another
    }

    assertThat(reader.get()).isEqualTo(target.capacity());
  }
}
