package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketFlags;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Packets of data that have none, which no sender needs, take their part of the window. */
class EmptyPacketsTest {
  private static final int SERVICE = 7;
  private static final int MOST = 2 * Limits.DEFAULT.receiveWindow(); // that wait for the reader

  private final PacketScript script = PacketScript.withoutHelp(PacketScript.settings(1));
  private final HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);

  @AfterEach
  void close() {
    script.close();
  }

  private void send(int seq, int flags, int bytes) {
    script.receive(script.request(SERVICE, 4, 1, seq, flags, bytes));
  }

  /** Returns the window that the peer was told of last, in packets; -1 if it was told nothing. */
  private int toldWindow() {
    int told = -1;
    for (Packet packet : script.sent()) {
      if (packet instanceof AckPacket ack) {
        told = ack.trailer().receiveWindow();
      }
    }
    return told;
  }

  @Test
  void whoReadsThemMakesRoomForMore() throws Exception {
    for (int seq = 1; seq <= MOST; seq++) {
      send(seq, PacketFlags.REQUEST_ACK, 0);
    }
    assertThat(toldWindow()).isZero();
    CallDriver call = service.tryAccept();
    ByteBuffer target = ByteBuffer.allocate(10);
    assertThat(call.tryRead(target)).isZero();
    assertThat(toldWindow()).isEqualTo(Limits.DEFAULT.receiveWindow());

    send(MOST + 1, PacketFlags.LAST_PACKET, 4);
    assertThat(call.tryRead(target)).isEqualTo(4);
    assertThat(call.tryRead(target)).isEqualTo(-1);
  }
}
