package heddle.rxrpc.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketCodecTest {
  private static final PacketHeader HEADER =
      new PacketHeader(0x7d3a1c02, 6, 3, 0, 17, PacketType.ACK, 0, 0, 2, 0xabcd, 0xfffe);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatIsEncodedDecodesToTheSame(long seed) throws Exception {
    var packets = new RandomPackets(random(seed));
    for (int i = 0; i < 2000; i++) {
      Packet packet = packets.next();
      byte[] bytes = encode(packet);

      Packet decoded = PacketCodec.decode(ByteBuffer.wrap(bytes));

      assertThat(decoded.header()).isEqualTo(packet.header());
      assertThat(decoded).hasToString(packet.toString());
      assertThat(encode(decoded)).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void arbitraryBytesArePacketsOrMalformed(long seed) {
    RandomGenerator random = random(seed);
    var packets = new RandomPackets(random);
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = packets.bytes(random.nextInt(200));
      if (bytes.length > 20 && random.nextBoolean()) {
        bytes[20] = (byte) random.nextInt(14);
      }
      DecoderCheck.decodes(bytes);
    }
  }

  static List<PacketVector> vectors() {
    return PacketVector.all();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void everyTruncationIsAPacketOrMalformed(PacketVector vector) {
    for (int length = 0; length < vector.bytes().length; length++) {
      boolean decodes = DecoderCheck.decodes(Arrays.copyOf(vector.bytes(), length));
      if (length < PacketHeader.LENGTH) {
        assertThat(decodes).as("%d bytes", length).isFalse();
      }
    }
  }

  /** What lies behind the datagram in the receive buffer belongs to another one. */
  @ParameterizedTest
  @MethodSource("vectors")
  void nothingBehindTheLimitIsRead(PacketVector vector) throws Exception {
    byte[] bytes = vector.bytes();
    byte[] tail = new byte[600];
    Arrays.fill(tail, (byte) 0xff);
    for (int length : List.of(28, 29, 30, 40, 46, 50, 62, bytes.length)) {
      if (length > bytes.length) {
        continue;
      }
      ByteBuffer alone = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
      ByteBuffer followed =
          ByteBuffer.allocate(length + tail.length).put(bytes, 0, length).put(tail).flip();
      followed.limit(length);
      assertThat(outcome(followed)).isEqualTo(outcome(alone));
    }
  }

  @Test
  void headerIsInWireOrder() {
    ByteBuffer out = ByteBuffer.allocate(PacketHeader.LENGTH);
    new PacketHeader(
            0x01020304,
            0x05060708,
            0x090a0b0c,
            0x0d0e0f10,
            0x11121314,
            PacketType.VERSION,
            0x16,
            0x17,
            0x18,
            0x191a,
            0x1b1c)
        .encode(out);
    assertThat(HexFormat.of().formatHex(out.array()))
        .isEqualTo("0102030405060708090a0b0c0d0e0f10111213140d161718191a1b1c");
  }

  @Test
  void headerDecodeLeavesThePositionBehindIt() throws Exception {
    ByteBuffer in = ByteBuffer.allocate(40).position(5);
    HEADER.encode(in);
    in.position(5);

    assertThat(PacketHeader.decode(in)).isEqualTo(HEADER);
    assertThat(in.position()).isEqualTo(5 + PacketHeader.LENGTH);
  }

  @Test
  void smallFieldsOfTheHeaderAreUnsigned() throws Exception {
    byte[] bytes = new byte[PacketHeader.LENGTH];
    Arrays.fill(bytes, (byte) 0xff);

    PacketHeader header = PacketCodec.decode(ByteBuffer.wrap(bytes)).header();

    assertThat(header.flags()).isEqualTo(255);
    assertThat(header.userStatus()).isEqualTo(255);
    assertThat(header.securityIndex()).isEqualTo(255);
    assertThat(header.checksum()).isEqualTo(65535);
    assertThat(header.serviceId()).isEqualTo(65535);
    assertThat(header.channel()).isEqualTo(3);
    assertThat(header.connectionId()).isEqualTo(-4);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 10, 11, 12, 14, 127, 128, 255})
  void typesThatNobodyKnowsAreIgnored(int type) throws Exception {
    byte[] bytes = new byte[PacketHeader.LENGTH + 7];
    bytes[20] = (byte) type;

    Packet packet = PacketCodec.decode(ByteBuffer.wrap(bytes));

    assertThat(packet).isEqualTo(new IgnoredPacket(packet.header(), type, 7));
    assertThat(packet.header().type()).isEqualTo(PacketType.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void abortWithoutItsCodeIsMalformed(int length) {
    ByteBuffer in = ByteBuffer.allocate(PacketHeader.LENGTH + length);
    HEADER.withType(PacketType.ABORT).encode(in);

    assertThatExceptionOfType(MalformedPacketException.class)
        .isThrownBy(() -> PacketCodec.decode(in.rewind()))
        .withMessage("ABORT of 4 bytes where %d are", length);
  }

  @Test
  void abortMayHaveMoreThanItsCode() throws Exception {
    ByteBuffer in = ByteBuffer.allocate(50);
    PacketCodec.encodeAbort(in, HEADER.withType(PacketType.ABORT), -455);

    assertThat(PacketCodec.decode(in.rewind()))
        .isEqualTo(new AbortPacket(HEADER.withType(PacketType.ABORT), -455));
  }

  @Test
  void ackTableThatEndsInsideTheDatagramIsMalformed() throws Exception {
    ByteBuffer in = ack(5, AckTrailer.NONE);
    in.limit(in.limit() - 3); // the padding may be absent
    assertThat(((AckPacket) PacketCodec.decode(in)).ackCount()).isEqualTo(5);

    in.limit(in.limit() - 1);
    assertThatExceptionOfType(MalformedPacketException.class)
        .isThrownBy(() -> PacketCodec.decode(in))
        .withMessage("ACK table of 5 bytes where 4 are");
  }

  @Test
  void ackSaysWhichPacketsHaveArrived() throws Exception {
    ByteBuffer out = ByteBuffer.allocate(200);
    // only bit 0 counts; the others are reserved
    byte[] table = {0, 1, 2, 3, (byte) 0xfe, (byte) 0xff, 1};
    PacketCodec.encodeAck(out, HEADER, 7, 12, 99, AckReason.DELAY, table, 6, AckTrailer.NONE);

    var ack = (AckPacket) PacketCodec.decode(out.flip());

    assertThat(ack.firstPacket()).isEqualTo(7);
    assertThat(ack.previousPacket()).isEqualTo(12);
    assertThat(ack.ackedSerial()).isEqualTo(99);
    assertThat(ack.reason()).isEqualTo(AckReason.DELAY);
    assertThat(ack.ackCount()).isEqualTo(6);
    assertThat(softAcks(ack)).containsExactly(false, true, false, true, false, true);
    assertThat(ack.isSoftAcked(6)).isFalse();
    assertThat(ack.isSoftAcked(-1)).isFalse();
  }

  @Test
  void ackTableHasAtMost255Entries() {
    ByteBuffer out = ByteBuffer.allocate(400);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PacketCodec.encodeAck(
                    out, HEADER, 1, 0, 0, AckReason.IDLE, new byte[256], 256, AckTrailer.NONE));
    assertThat(out.position()).isZero();
  }

  /** Peers of different age give different numbers of words. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0, 0",
    "3, 0, 0, 0, 0",
    "4, 0, 0, 0, 0",
    "7, 0, 0, 0, 0",
    "8, 5692, 1444, 0, 0",
    "11, 5692, 1444, 0, 0",
    "12, 5692, 1444, 32, 0",
    "15, 5692, 1444, 32, 0",
    "16, 5692, 1444, 32, 4",
    "17, 5692, 1444, 32, 4",
  })
  void trailerIsReadAsFarAsItGoes(
      int length, int maxMtu, int interfaceMtu, int receiveWindow, int jumboMax) throws Exception {
    ByteBuffer in = ack(3, new AckTrailer(5692, 1444, 32, 4));
    in.limit(PacketHeader.LENGTH + 18 + 3 + 3 + length);

    var ack = (AckPacket) PacketCodec.decode(in);

    assertThat(ack.trailer())
        .isEqualTo(new AckTrailer(maxMtu, interfaceMtu, receiveWindow, jumboMax));
  }

  /** Decoding reuses trailers that it has seen; never a wrong one. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void trailersThatDifferInOneNumberAreTold(int field) throws Exception {
    for (int value = 1; value < 3000; value++) {
      int[] words = {5692, 1444, 32, 4};
      words[field] = value;
      var trailer = new AckTrailer(words[0], words[1], words[2], words[3]);
      assertThat(((AckPacket) PacketCodec.decode(ack(0, trailer))).trailer()).isEqualTo(trailer);
    }
  }

  @Test
  void numbersOfATrailerAreNeverNegative() throws Exception {
    ByteBuffer in = ack(0, new AckTrailer(-1, Integer.MIN_VALUE, -2, -3));

    var ack = (AckPacket) PacketCodec.decode(in);

    assertThat(ack.trailer())
        .isEqualTo(
            new AckTrailer(
                Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 100, 255})
  void anAckForAnUnknownReasonStillSaysWhatHasArrived(int reason) throws Exception {
    ByteBuffer in = ack(2, AckTrailer.NONE);
    in.put(PacketHeader.LENGTH + 16, (byte) reason);

    var ack = (AckPacket) PacketCodec.decode(in);

    assertThat(ack.reason()).isEqualTo(AckReason.UNKNOWN);
    assertThat(ack.firstPacket()).isEqualTo(7);
    assertThat(softAcks(ack)).containsExactly(true, true);
  }

  /** So does a sender that probes the path's MTU. */
  @Test
  void anAckMayBePaddedBehindItsTrailer() throws Exception {
    var trailer = new AckTrailer(1444, 1444, 32, 1);
    ByteBuffer in = ack(2, trailer);
    in.limit(in.capacity());

    assertThat(((AckPacket) PacketCodec.decode(in)).trailer()).isEqualTo(trailer);
  }

  @Test
  void wireValuesGoThereAndBack() {
    for (PacketType type : PacketType.values()) {
      assertThat(PacketType.fromWire(type.wireValue())).isEqualTo(type);
    }
    for (AckReason reason : AckReason.values()) {
      assertThat(AckReason.fromWire(reason.wireValue())).isEqualTo(reason);
    }
  }

  private static ByteBuffer ack(int count, AckTrailer trailer) {
    byte[] table = new byte[count];
    Arrays.fill(table, (byte) 1);
    ByteBuffer out = ByteBuffer.allocate(600);
    PacketCodec.encodeAck(out, HEADER, 7, 9, 0, AckReason.REQUESTED, table, count, trailer);
    return out.flip();
  }

  private static List<Boolean> softAcks(AckPacket ack) {
    return IntStream.range(0, ack.ackCount()).mapToObj(ack::isSoftAcked).toList();
  }

  private static String outcome(ByteBuffer datagram) {
    try {
      Packet packet = PacketCodec.decode(datagram);
      return packet + " " + HexFormat.of().formatHex(encode(packet));
    } catch (MalformedPacketException e) {
      return e.getMessage();
    }
  }

  private static byte[] encode(Packet packet) {
    ByteBuffer out = ByteBuffer.allocate(8192);
    PacketCodec.encode(out, packet);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static RandomGenerator random(long seed) {
    return new SplittableRandom(seed);
  }
}
