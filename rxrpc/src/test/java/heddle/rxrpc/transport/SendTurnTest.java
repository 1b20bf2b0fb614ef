package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that send what others have left to them. */
class SendTurnTest {
  private static final int SERVICE = 7;
  private static final int PACKET = 1_400;
  private static final int MANY = 60;
  private static final long MILLI = 1_000_000;

  private final PacketScript script = new PacketScript();
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger writtenWhileTheTimerSent = new AtomicInteger();

  @AfterEach
  void close() {
    script.close();
  }

  /** A user writes, and the peer acknowledges, just when something has been sent. */
  private void answer(CallDriver call, PacketHeader first, Thread timer) {
    int count = written.incrementAndGet();
    if (count > MANY) {
      return;
    }
    if (Thread.currentThread().equals(timer)) {
      writtenWhileTheTimerSent.incrementAndGet();
    }
    script.receive(script.ack(first, AckReason.REQUESTED, 1 + count));
    try {
      assertThat(call.trySend(ByteBuffer.allocate(PACKET), false)).isTrue();
    } catch (CallEndedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void timerDoesNotSendForEverForAUserThatWritesAsFast() throws CallEndedException {
    CallDriver call = script.call(script.bundle(SERVICE));
    call.trySend(ByteBuffer.allocate(2 * PACKET), false);
    PacketHeader first =
        PacketScript.headers(script.sent(), PacketType.DATA).findFirst().orElseThrow();
    Thread timer = Thread.currentThread();
    script.whenSent(() -> answer(call, first, timer));
    while (written.get() == 0) {
      script.pass(MILLI); // until the packet is sent again
    }
    assertThat(writtenWhileTheTimerSent.get()).isBetween(1, MANY / 2);
    Eventually.until(() -> written.get() > MANY, written::get);
  }
}
