package heddle.rxrpc.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.trace.PacketLog.Direction;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketVector;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PacketLogTest {

  @Test
  void directionStandsBeforeThePacket() throws Exception {
    ByteBuffer busy = PacketVector.named("busy").buffer();

    assertThat(PacketLog.line(Direction.RECEIVED, PacketCodec.decode(busy)))
        .isEqualTo("<< 80f3c333:11000010 #2 BUSY      serial=2 -");
    assertThat(PacketLog.lines(Direction.SENT, busy))
        .isEqualTo(">> 80f3c333:11000010 #2 BUSY      serial=2 -");
  }

  @Test
  void jumbogramHasALineForEachPacket() {
    assertThat(
            PacketLog.lines(Direction.RECEIVED, PacketVector.named("data-jumbo-server").buffer()))
        .isEqualTo(
            """
            << b840f60b:3f52e738 #5 DATA      seq=8 serial=14 MORE|JUMBO len=1412
            << b840f60b:3f52e738 #5 DATA      seq=9 serial=15 MORE len=1412""");
  }

  @Test
  void malformedDatagramsSayWhy() {
    assertThat(PacketLog.lines(Direction.RECEIVED, ByteBuffer.allocate(27)))
        .isEqualTo("<< malformed: packet header of 28 bytes where 27 are, len=27");
    ByteBuffer cut = PacketVector.named("data-jumbo-client").buffer().limit(500);
    assertThat(PacketLog.lines(Direction.RECEIVED, cut))
        .isEqualTo("<< malformed: jumbogram ends where a packet was to follow, len=500");
  }
}
