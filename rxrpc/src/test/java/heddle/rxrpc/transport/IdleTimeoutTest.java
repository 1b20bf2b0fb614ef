package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.SECOND;
import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.transport.PacketScript.Sent;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is to blame when a call makes no progress: the peer, or our own reader. */
class IdleTimeoutTest {
  private static final int ROOM = 2 * 255; // packets that a call takes which nobody reads
  private static final Completion IDLE = new Completion.TimedOut(Completion.Timeout.IDLE);

  private final PacketScript script = new PacketScript();
  private CallDriver call;
  private PacketHeader request;

  @BeforeEach
  void call() throws CallEndedException {
    call = script.call(script.bundle(1));
    send(call, 4);
    request = script.sent(PacketType.DATA).get(0);
  }

  @AfterEach
  void close() {
    script.close();
  }

  /** Lets the peer, which has nothing to say, answer pings for that time. */
  private void answerPings(long nanos) {
    for (long passed = 0; passed < nanos; passed += SECOND) {
      script.pass(SECOND);
      for (Sent sent : script.sentDatagrams()) {
        if (sent.packet() instanceof AckPacket ping && ping.reason() == AckReason.PING) {
          script.receive(script.ack(ping.header(), AckReason.PING_RESPONSE, 2));
        }
      }
    }
  }

  private int readAll() throws CallEndedException {
    ByteBuffer target = ByteBuffer.allocate(4096);
    int count = call.tryRead(target);
    while (count > 0) {
      count = call.tryRead(target);
    }
    return target.position();
  }

  private void fillTheRoom() {
    for (int seq = 1; seq <= ROOM; seq++) {
      script.receive(script.data(request, seq, 0));
    }
  }

  @Test
  void peerThatAnswersButMakesNoProgressEndsTheCall() {
    answerPings(59 * SECOND);
    assertThat(call.completion()).isNull();
    answerPings(10 * SECOND); // its first answer acknowledged the request
    assertThat(call.completion()).isEqualTo(IDLE);
  }

  @Test
  void peerIsNotBlamedForAReaderThatLeavesNoRoom() throws CallEndedException {
    fillTheRoom();
    answerPings(600 * SECOND);
    assertThat(call.completion()).isNull();

    assertThat(readAll()).isEqualTo(ROOM * 4);
    answerPings(59 * SECOND);
    script.receive(script.data(request, ROOM + 1, PacketFlags.LAST_PACKET));
    assertThat(call.completion()).isEqualTo(Completion.Plain.SUCCEEDED);
  }

  @Test
  void peerIsBlamedAgainOnceItHasRoom() throws CallEndedException {
    fillTheRoom();
    answerPings(600 * SECOND);
    readAll();
    answerPings(61 * SECOND);
    assertThat(call.completion()).isEqualTo(IDLE);
  }
}
