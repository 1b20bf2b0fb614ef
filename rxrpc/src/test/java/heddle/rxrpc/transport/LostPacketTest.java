package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.SECOND;
import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of packets that the peer has not, or not any more. */
class LostPacketTest {
  private final PacketScript script = new PacketScript();

  @AfterEach
  void close() {
    script.close();
  }

  @Test
  void packetThatThePeerHadAndDroppedIsSentAgain() throws CallEndedException {
    send(script.call(script.bundle(1)), 2000);
    List<PacketHeader> request = script.sent(PacketType.DATA);
    assertThat(request).hasSize(2);
    PacketHeader last = request.get(1);
    script.receive(script.ack(last, AckReason.DELAY, 1, 1, 1));
    script.receive(script.ack(last, AckReason.DELAY, 1, 1, 0));

    script.pass(SECOND);
    assertThat(script.sent(PacketType.DATA)).extracting(PacketHeader::seq).contains(2);
  }
}
