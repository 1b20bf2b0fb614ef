package heddle.rxrpc.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.PacketFlags;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever users, the peer and the clock do to a call, and in whatever order: nothing is thrown, no
 * more is sent than was written, windows are kept, and a call that has ended stays as it ended and
 * wants nothing more. Each three bytes are one operation; {@code JAZZER_FUZZ=1} looks for new
 * sequences.
 */
class CallMachineFuzzTest {
  private static final int SEEDS = 200;
  private static final int OPERATIONS = 14;

  static Stream<Arguments> seeds() {
    return IntStream.range(0, SEEDS)
        .mapToObj(
            seed -> {
              byte[] bytes = new byte[3 * (20 + seed)];
              new Random(seed).nextBytes(bytes);
              return Arguments.of((Object) bytes);
            });
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "100s")
  void anyOperationsLeaveTheCallInOrder(byte[] operations) {
    ByteBuffer left = ByteBuffer.wrap(operations);
    Run run = new Run(left.hasRemaining() && left.get() < 0 ? Role.CLIENT : Role.SERVICE);
    while (left.remaining() >= 3) {
      run.operate(Byte.toUnsignedInt(left.get()), left.get(), Byte.toUnsignedInt(left.get()));
      run.check();
    }
    run.letTimePassUntilItEnds();
  }

  /** One call and what must hold of it. */
  private static final class Run {
    private final PacketScript call;
    private final CallMachine machine;
    private Completion ended;
    private boolean requestEnded;

    Run(Role role) {
      call =
          role == Role.CLIENT
              ? PacketScript.client()
              : new PacketScript(role, Limits.DEFAULT, PacketScript.TIMEOUTS).attach();
      machine = call.machine;
    }

    void operate(int which, int number, int more) {
      switch (which % OPERATIONS) {
        case 0, 1 -> write(more);
        case 2 -> end();
        case 3 -> call.read(Math.min(more, call.delivery.unread()));
        case 4 -> call.windowOpened();
        case 5 -> call.data(near(machine.receivedUpTo() + 1, number), more & FLAGS);
        case 6 -> call.data(number, more & FLAGS);
        case 7, 8 -> call.after(more * more / 100.0);
        case 9, 10 -> ack(near(machine.send.base(), number), more);
        case 11 -> ack(number * 1_000_003, more);
        case 12 -> peerIsRude(number, more);
        default -> endRudely(number, more);
      }
    }

    private static final int FLAGS = PacketFlags.REQUEST_ACK | PacketFlags.LAST_PACKET;

    private static int near(int seq, int number) {
      return seq + number / 16;
    }

    private boolean maySend() {
      return !requestEnded
          && !machine.isComplete()
          && (machine.phase() == CallState.Phase.SENDING_REQUEST
              || machine.phase() == CallState.Phase.SENDING_REPLY
              || machine.phase() == CallState.Phase.SERVING);
    }

    private void write(int size) {
      if (maySend()) {
        call.writeBytes(size * size);
      }
    }

    private void end() {
      if (maySend()) {
        requestEnded = true;
        call.end();
      }
    }

    private void ack(int first, int more) {
      String table = Integer.toBinaryString(more).replace('1', '*').replace('0', '-');
      AckReason[] reasons = AckReason.values();
      call.ack(first)
          .soft((more & 1) == 0 ? "" : table.repeat(1 + more / 16))
          .reason(reasons[more % reasons.length])
          .quoting(more)
          .trailer(new AckTrailer(more * 100, 1444, more, more % 5))
          .arrives();
    }

    private void peerIsRude(int number, int more) {
      switch (more % 4) {
        case 0 -> call.busy();
        case 1 -> call.ackAll();
        case 2 -> call.peerSerialsFrom(number * 1_000_003);
        default -> call.data(0, more & FLAGS);
      }
    }

    /** Rarely, or no sequence would get far. */
    private void endRudely(int number, int more) {
      if (more > 250) {
        call.peerAborts(number);
      } else if (more > 245) {
        call.abort(number);
      } else if (more > 240) {
        machine.fail(Completion.Plain.ENDPOINT_CLOSED);
      }
    }

    void check() {
      SendWindow send = machine.send;
      assertThat(send.sentTop() - send.base()).isBetween(0, 255);
      assertThat(machine.bytesAcknowledged()).isBetween(0L, (long) call.bytesSent());
      assertThat(call.delivery.unread()).isBetween(0, Limits.DEFAULT.receiveWindow());
      if (ended != null) {
        assertThat(call.completion()).as("how the call ended").isEqualTo(ended);
      } else if (machine.isComplete()) {
        ended = call.completion();
        assertThat(ended).isNotNull();
        call.sent();
      }
    }

    /** A peer that is silent from now on does not keep it for ever. */
    void letTimePassUntilItEnds() {
      requestEnded = true;
      for (int hour = 0; hour < 2 && !machine.isComplete(); hour++) {
        call.after(3_600_000);
      }
      boolean nothingToWaitFor = machine.nextDeadlineNanos() == Timers.NEVER;
      assertThat(machine.isComplete() || nothingToWaitFor)
          .as("the call ends, or waits for its user alone: %s", machine)
          .isTrue();
      if (machine.isComplete()) {
        check();
        call.sent();
        call.after(3_600_000);
        assertThat(call.sent()).as("of a call that has ended").isEmpty();
        assertThat(machine.nextDeadlineNanos()).isEqualTo(Timers.NEVER);
      }
    }
  }
}
