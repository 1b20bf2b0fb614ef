package heddle.rxrpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import heddle.rxrpc.testkit.AllocationMeter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Arbitrary bytes are a packet or malformed, nothing else, and cost little memory. Replays packets
 * of OpenAFS and earlier findings; {@code JAZZER_FUZZ=1} looks for new ones.
 */
class PacketCodecFuzzTest {

  static Stream<Arguments> seeds() {
    return PacketVector.all().stream().map(vector -> Arguments.of((Object) vector.bytes()));
  }

  @BeforeAll
  static void useEverythingOnce() {
    PacketVector.all().forEach(vector -> DecoderCheck.decodes(vector.bytes()));
    DecoderCheck.decodes(new byte[3]);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "100s")
  void anyDatagramIsAPacketOrMalformed(byte[] datagram) {
    long bytes =
        AllocationMeter.bytesOf(
            () -> {
              Packet packet = PacketCodec.decode(ByteBuffer.wrap(datagram));
              List<?> unused =
                  packet instanceof DataPacket data ? Jumbogram.split(data) : List.of();
            });
    assertThat(bytes).isLessThanOrEqualTo(4L * datagram.length + 4096);
    DecoderCheck.decodes(datagram);
  }
}
