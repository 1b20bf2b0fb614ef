package heddle.rxrpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each packet is one line of a log. */
class PacketTextTest {

  @Test
  void dataIsOneLine() {
    var header =
        new PacketHeader(
            0x7d3a1c02,
            4,
            3,
            1,
            17,
            PacketType.DATA,
            PacketFlags.LAST_PACKET | PacketFlags.REQUEST_ACK,
            0,
            0,
            0,
            1);
    assertThat(new DataPacket(header, ByteBuffer.allocate(24), 0, 24))
        .hasToString("7d3a1c02:00000004 #3 DATA      seq=1 serial=17 LAST|REQUEST_ACK len=24");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ack-out-of-sequence-server; 80f3c333:11000008 #1 ACK       serial=1 SLOW_START_OK"
            + " OUT_OF_SEQUENCE first=2 prev=3 acked=2 acks=-* mtu=1444/1444 window=32 jumbo=1",
        "busy; 80f3c333:11000010 #2 BUSY      serial=2 -",
        "abort-2; 80f3c333:1100001c #1 ABORT     serial=1 - code=-455",
        "challenge; a0a17527:f6ac7df8 #0 CHALLENGE serial=1 - len=16",
        "version-client; 000003e7:00000000 #101 VERSION   serial=0 LAST|CLIENT len=1",
        "debug-client; 000003e7:00000000 #101 DEBUG     serial=0 LAST|CLIENT len=8",
      })
  void realPacketsAreOneLine(String vector, String line) throws Exception {
    assertThat(PacketCodec.decode(PacketVector.named(vector).buffer())).hasToString(line);
  }

  @Test
  void everythingIsUnsigned() {
    var header = new PacketHeader(-1, -2, -3, -4, -5, PacketType.DATA, 0, 0, 0, 0, 0);
    assertThat(header)
        .hasToString("ffffffff:fffffffe #4294967293 DATA      seq=4294967292 serial=4294967291 -");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0; DATA; -",
        "0x20; DATA; JUMBO",
        "0x20; ACK; SLOW_START_OK",
        "0x2f; DATA; LAST|REQUEST_ACK|MORE|JUMBO|CLIENT",
        "0xd1; DATA; CLIENT|0xd0",
        "0x40; BUSY; 0x40",
      })
  void flagsHaveNames(String flags, PacketType type, String names) {
    assertThat(PacketFlags.toString(Integer.decode(flags), type)).isEqualTo(names);
  }

  @Test
  void unknownTypesSayTheirNumber() throws Exception {
    byte[] bytes = new byte[30];
    bytes[20] = 9;
    assertThat(PacketCodec.decode(ByteBuffer.wrap(bytes)))
        .hasToString("00000000:00000000 #0 UNKNOWN   serial=0 - type=9 len=2");
  }
}
