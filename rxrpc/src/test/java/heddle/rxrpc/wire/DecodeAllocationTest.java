package heddle.rxrpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.AllocationMeter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What decoding may allocate: the receive thread does it for every packet there is. */
class DecodeAllocationTest {
  private static final int ROUNDS = 1000;

  private Object sink = "";

  /** What classes allocate when they are first used does not count. */
  @BeforeEach
  void useEverythingOnce() {
    for (PacketVector vector : PacketVector.all()) {
      for (int length : List.of(10, 30, 45, 50, vector.bytes().length)) {
        int cut = Math.min(length, vector.bytes().length);
        var unused = AllocationMeter.bytesOf(() -> decode(vector.bytes(), cut));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data-last-client", "data-server", "data-client-2"})
  void dataPacketsAllocateLessThan128Bytes(String name) {
    ByteBuffer datagram = direct(PacketVector.named(name).bytes());
    assertThat(bytesPerPacket(() -> sink = PacketCodec.decode(datagram))).isLessThan(128);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ack-delay-client", "ack-delay-server-4", "ack-out-of-sequence-server"})
  void ackPacketsAllocateLessThan128Bytes(String name) {
    ByteBuffer datagram = direct(PacketVector.named(name).bytes());
    assertThat(bytesPerPacket(() -> sink = PacketCodec.decode(datagram))).isLessThan(128);
  }

  @Test
  void jumbogramsAllocateLessThan128BytesForEachOfTheirPackets() {
    int count = 46;
    ByteBuffer datagram = ByteBuffer.allocateDirect(28 + count * 1416 - 4);
    datagram.put(20, (byte) 1).put(21, (byte) PacketFlags.JUMBO);
    for (int i = 1; i < count; i++) {
      datagram.put(28 + i * 1416 - 4, (byte) (i < count - 1 ? PacketFlags.JUMBO : 0));
    }
    AllocationMeter.Step step =
        () -> sink = Jumbogram.split((DataPacket) PacketCodec.decode(datagram));

    long bytes = bytesPerPacket(step);

    assertThat((List<?>) sink).hasSize(count);
    assertThat(bytes).isLessThan(128L * count);
  }

  static List<PacketVector> vectors() {
    return PacketVector.all();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void noTruncationAllocatesMoreThanFourTimesItsLengthAndSome(PacketVector vector) {
    for (int length = 0; length <= vector.bytes().length; length++) {
      int size = length;
      assertThat(bytesOfSecond(() -> decode(vector.bytes(), size)))
          .isLessThanOrEqualTo(4L * length + 4096);
    }
  }

  @Test
  void noDatagramAllocatesMoreThanFourTimesItsLengthAndSome() {
    var random = new SplittableRandom(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[i % 100 == 0 ? 65507 : random.nextInt(2000)];
      random.nextBytes(bytes);
      if (bytes.length > 20) {
        bytes[20] = (byte) random.nextInt(15);
      }
      assertThat(bytesOfSecond(() -> decode(bytes, bytes.length)))
          .isLessThanOrEqualTo(4L * bytes.length + 4096);
    }
  }

  /** The first may be the first of its sort, for which the JVM links what it has not needed yet. */
  private static long bytesOfSecond(AllocationMeter.Step step) {
    var unused = AllocationMeter.bytesOf(step);
    return AllocationMeter.bytesOf(step);
  }

  private void decode(byte[] bytes, int length) throws MalformedPacketException {
    Packet packet = PacketCodec.decode(ByteBuffer.wrap(bytes, 0, length));
    sink = packet instanceof DataPacket data ? Jumbogram.split(data) : packet;
  }

  private static long bytesPerPacket(AllocationMeter.Step step) {
    return AllocationMeter.bytesOf(
            () -> {
              for (int i = 0; i < ROUNDS; i++) {
                step.run();
              }
            })
        / ROUNDS;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(Arrays.copyOf(bytes, bytes.length)).flip();
  }
}
