package heddle.rxrpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets of OpenAFS: we read in them what tshark reads, and write the same bytes. */
class GoldenPacketTest {

  static List<PacketVector> vectors() {
    return PacketVector.all();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void headerReadsAsTsharkReadsIt(PacketVector vector) throws Exception {
    PacketHeader header = PacketCodec.decode(vector.buffer()).header();

    assertThat(header.epoch()).isEqualTo(vector.number("epoch"));
    assertThat(header.cid()).isEqualTo(vector.number("cid"));
    assertThat(header.connectionId() + header.channel()).isEqualTo(vector.number("cid"));
    assertThat(header.callNumber()).isEqualTo(vector.number("callnumber"));
    assertThat(header.seq()).isEqualTo(vector.number("seq"));
    assertThat(header.serial()).isEqualTo(vector.number("serial"));
    assertThat(header.type().wireValue()).isEqualTo(vector.number("type"));
    assertThat(header.flags()).isEqualTo(vector.number("flags"));
    assertThat(header.userStatus()).isEqualTo(vector.number("userstatus"));
    assertThat(header.securityIndex()).isEqualTo(vector.number("securityindex"));
    assertThat(header.checksum()).isEqualTo(vector.number("spare"));
    assertThat(header.serviceId()).isEqualTo(vector.number("serviceid"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void bodyReadsAsTsharkReadsIt(PacketVector vector) throws Exception {
    int bodyLength = vector.bytes().length - PacketHeader.LENGTH;
    switch (PacketCodec.decode(vector.buffer())) {
      case AckPacket ack -> assertAckReadsAsTsharkReadsIt(ack, vector);
      case AbortPacket abort -> assertThat(abort.code()).isEqualTo(vector.number("abort_code"));
      case DataPacket data -> {
        var payload = new byte[data.length() + 1];
        data.copyTo(payload, 1);
        assertThat(data.length()).isEqualTo(bodyLength);
        assertThat(payload).endsWith(bodyOf(vector));
      }
      case ChallengePacket challenge -> assertThat(challenge.body()).isEqualTo(bodyOf(vector));
      case ResponsePacket response -> assertThat(response.body()).isEqualTo(bodyOf(vector));
      case DebugPacket debug -> assertThat(debug.body()).isEqualTo(bodyOf(vector));
      case VersionPacket version -> assertThat(version.body()).isEqualTo(bodyOf(vector));
      case BusyPacket busy -> assertThat(bodyLength).isZero();
      case AckAllPacket ackAll -> assertThat(bodyLength).isZero();
      case IgnoredPacket ignored -> throw new AssertionError("no such vector: " + ignored);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void packetsEncodeToTheSameBytes(PacketVector vector) throws Exception {
    Packet packet = PacketCodec.decode(vector.buffer());

    byte[] encoded = encode(packet, ByteBuffer.allocate(vector.bytes().length));

    assertThat(encoded).isEqualTo(withoutProbePadding(vector));
  }

  /** As a batch of datagrams lies in native memory. */
  @ParameterizedTest
  @MethodSource("vectors")
  void datagramsInsideOneDirectBufferDecodeAlike(PacketVector vector) throws Exception {
    byte[] bytes = vector.bytes();
    ByteBuffer batch = ByteBuffer.allocateDirect(bytes.length + 100);
    batch.put(37, bytes).position(37).limit(37 + bytes.length);

    Packet packet = PacketCodec.decode(batch);

    assertThat(batch.position()).isEqualTo(37);
    assertThat(batch.limit()).isEqualTo(37 + bytes.length);
    batch.clear(); // what a receive loop does next: the packet must not need position and limit
    assertThat(encode(packet, ByteBuffer.allocateDirect(bytes.length)))
        .isEqualTo(withoutProbePadding(vector));
  }

  @Test
  void vectorsHoldEveryTypeThatOpenAfsSends() throws Exception {
    var types = EnumSet.noneOf(PacketType.class);
    var reasons = EnumSet.noneOf(AckReason.class);
    for (PacketVector vector : vectors()) {
      Packet packet = PacketCodec.decode(vector.buffer());
      types.add(packet.header().type());
      if (packet instanceof AckPacket ack) {
        reasons.add(ack.reason());
      }
    }
    // ACKALL is sent only by a client that gives its connection up in the middle of a reply, and
    // NO_SPACE only by one short of memory; neither was caught.
    assertThat(types)
        .isEqualTo(EnumSet.complementOf(EnumSet.of(PacketType.ACKALL, PacketType.UNKNOWN)));
    assertThat(reasons)
        .isEqualTo(EnumSet.complementOf(EnumSet.of(AckReason.NO_SPACE, AckReason.UNKNOWN)));
  }

  /** Both come from a file that holds the numbers from 1 on, one per line. */
  @ParameterizedTest
  @MethodSource("jumbograms")
  void jumbogramsHoldTheNextBytesOfTheFile(PacketVector vector) throws Exception {
    List<DataPacket> packets = Jumbogram.split((DataPacket) PacketCodec.decode(vector.buffer()));

    assertThat(packets).hasSize(2);
    DataPacket first = packets.get(0);
    DataPacket second = packets.get(1);
    assertThat(first.header().has(PacketFlags.JUMBO)).isTrue();
    assertThat(second.header().has(PacketFlags.JUMBO)).isFalse();
    assertThat(second.header().seq()).isEqualTo(first.header().seq() + 1);
    assertThat(second.header().serial()).isEqualTo(first.header().serial() + 1);
    assertThat(second.header().clientInitiated()).isEqualTo(first.header().clientInitiated());
    assertThat(numbersUpTo(3000)).contains(text(first) + text(second));
    ByteBuffer joined = ByteBuffer.allocate(vector.bytes().length);
    Jumbogram.join(joined, packets);
    assertThat(joined.array()).isEqualTo(vector.bytes());
  }

  static List<PacketVector> jumbograms() {
    return List.of(
        PacketVector.named("data-jumbo-server"), PacketVector.named("data-jumbo-client"));
  }

  private static void assertAckReadsAsTsharkReadsIt(AckPacket ack, PacketVector vector) {
    assertThat(ack.bufferSpace()).isEqualTo(vector.number("bufferspace"));
    assertThat(ack.maxSkew()).isEqualTo(vector.number("maxskew"));
    assertThat(ack.firstPacket()).isEqualTo(vector.number("first"));
    assertThat(ack.previousPacket()).isEqualTo(vector.number("prev"));
    assertThat(ack.reason().wireValue()).isEqualTo(vector.number("reason"));
    assertThat(ack.ackCount()).isEqualTo(vector.number("num_acks"));
    var table = new StringBuilder();
    for (int i = 0; i < ack.ackCount(); i++) {
      table.append(ack.isSoftAcked(i) ? '*' : '-');
    }
    assertThat(table.isEmpty() ? "none" : table.toString()).isEqualTo(vector.fields().get("acks"));
    assertThat(ack.trailer())
        .isEqualTo(
            new AckTrailer(
                vector.number("max_mtu"),
                vector.number("if_mtu"),
                vector.number("rwind"),
                vector.number("max_packets")));
    assertThat(ack.ackedSerial()).isEqualTo(vector.number("acked_serial"));
  }

  /** OpenAFS probes the path's MTU with PINGs that are padded behind their trailer. */
  private static byte[] withoutProbePadding(PacketVector vector) {
    if (!vector.name().startsWith("ack-")) {
      return vector.bytes();
    }
    int length = PacketHeader.LENGTH + 18 + vector.number("num_acks") + 3 + 16;
    ByteBuffer rest = vector.buffer().position(length);
    assertThat(rest).isEqualTo(ByteBuffer.allocate(rest.remaining()));
    return Arrays.copyOf(vector.bytes(), length);
  }

  private static byte[] encode(Packet packet, ByteBuffer out) {
    PacketCodec.encode(out, packet);
    var bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  private static byte[] bodyOf(PacketVector vector) {
    return Arrays.copyOfRange(vector.bytes(), PacketHeader.LENGTH, vector.bytes().length);
  }

  private static String text(DataPacket packet) {
    var bytes = new byte[packet.length()];
    packet.copyTo(bytes, 0);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static String numbersUpTo(int last) {
    var text = new StringBuilder();
    for (int i = 1; i <= last; i++) {
      text.append(i).append('\n');
    }
    return text.toString();
  }
}
