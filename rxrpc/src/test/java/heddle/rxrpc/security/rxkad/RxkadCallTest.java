package heddle.rxrpc.security.rxkad;

import static heddle.rxrpc.security.rxkad.RxkadAssertions.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.testkit.AllocationMeter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets sealed on one side open on the other, and nothing else does. */
class RxkadCallTest {
  private static final byte[] KEY = HexFormat.of().parseHex("0123456789abcdef");
  private static final RxkadConnection.Place PLACE =
      new RxkadConnection.Place(0x8d2f71e3, 0x11223344);
  private static final int SEQ = 9;

  private final AtomicLong nowSeconds = new AtomicLong(1_000);
  private final byte[] packet = new byte[1416];

  private RxkadConnection connection(RxkadLevel level) {
    return connection(level, PLACE);
  }

  private RxkadConnection connection(RxkadLevel level, RxkadConnection.Place place) {
    return new RxkadConnection(
        new SessionKey(KEY), level, place, () -> Instant.ofEpochSecond(nowSeconds.get()), 2_000);
  }

  private static byte[] data(int length) {
    var data = new byte[length];
    new Random(length).nextBytes(data);
    return data;
  }

  private int seal(CallSecurity call, byte[] data) throws Exception {
    System.arraycopy(data, 0, packet, call.headerBytes(), data.length);
    return call.seal(SEQ, packet, data.length);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSealedOpensAgain(RxkadLevel level) throws Exception {
    CallSecurity sender = connection(level).call(2, 7);
    CallSecurity receiver = connection(level).call(2, 7);
    int most = sender.userBytes(packet.length);

    for (int length = 0; length <= most; length += length < 40 || length > most - 9 ? 1 : 61) {
      byte[] data = data(length);
      int payload = seal(sender, data);

      int user = receiver.open(SEQ, sender.checksum(SEQ), packet, payload);

      int start = receiver.headerBytes();
      assertThat(Arrays.copyOfRange(packet, start, start + user)).isEqualTo(data);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sealingOnTheWayFromABufferIsSealingInPlace(RxkadLevel level) throws Exception {
    CallSecurity call = connection(level).call(1, 3);
    for (int length : new int[] {0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 1000, 1400}) {
      byte[] data = data(length);
      Arrays.fill(packet, (byte) 0x55);
      int payload = seal(call, data);
      ByteBuffer direct = ByteBuffer.allocateDirect(length + 9).position(3).put(data).position(3);
      var other = new byte[1416];
      Arrays.fill(other, (byte) 0xaa);

      int otherPayload = call.seal(SEQ, direct, length, other);

      assertThat(otherPayload).isEqualTo(payload);
      assertThat(Arrays.copyOf(other, payload)).isEqualTo(Arrays.copyOf(packet, payload));
      assertThat(direct.position()).isEqualTo(3 + length);
    }
  }

  @Test
  void payloadsAreAsLongAsThoseOfOpenAfs() throws Exception {
    assertThat(seal(connection(RxkadLevel.CLEAR).call(0, 1), data(5))).isEqualTo(5);
    assertThat(seal(connection(RxkadLevel.AUTH).call(0, 1), data(0))).isEqualTo(8);
    assertThat(seal(connection(RxkadLevel.AUTH).call(0, 1), data(4))).isEqualTo(8);
    assertThat(seal(connection(RxkadLevel.AUTH).call(0, 1), data(5))).isEqualTo(9);
    assertThat(seal(connection(RxkadLevel.CRYPT).call(0, 1), data(0))).isEqualTo(8);
    assertThat(seal(connection(RxkadLevel.CRYPT).call(0, 1), data(1))).isEqualTo(16);
    assertThat(seal(connection(RxkadLevel.CRYPT).call(0, 1), data(8))).isEqualTo(16);
  }

  @Test
  void payloadsOfAnySizeAreFilled() {
    assertThat(RxkadLevel.CLEAR.userBytes(1416)).isEqualTo(1416);
    assertThat(RxkadLevel.AUTH.userBytes(1416)).isEqualTo(1412);
    assertThat(RxkadLevel.CRYPT.userBytes(1416)).isEqualTo(1408);
    assertThat(RxkadLevel.CRYPT.userBytes(1423)).isEqualTo(1408);
  }

  @Test
  void levelsHideWhatTheySayTheyHide() throws Exception {
    byte[] data = data(100);

    seal(connection(RxkadLevel.CLEAR).call(0, 1), data);
    assertThat(Arrays.copyOf(packet, 100)).isEqualTo(data);

    seal(connection(RxkadLevel.AUTH).call(0, 1), data);
    assertThat(Arrays.copyOfRange(packet, 8, 104)).isEqualTo(Arrays.copyOfRange(data, 4, 100));
    assertThat(Arrays.copyOfRange(packet, 4, 8)).isNotEqualTo(Arrays.copyOf(data, 4));

    seal(connection(RxkadLevel.CRYPT).call(0, 1), data);
    assertThat(Arrays.copyOfRange(packet, 8, 104)).isNotEqualTo(Arrays.copyOf(data, 96));
  }

  @ParameterizedTest
  @EnumSource
  void aPacketOpensOnlyWhereItWasSealed(RxkadLevel level) throws Exception {
    CallSecurity call = connection(level).call(1, 5);
    int sum = call.checksum(SEQ);
    var elsewhere = new RxkadConnection.Place(PLACE.epoch(), PLACE.connectionId() + 4);
    var anotherEpoch = new RxkadConnection.Place(PLACE.epoch() + 1, PLACE.connectionId());

    assertRefused(() -> call.open(SEQ + 1, sum, packet, 64));
    assertRefused(() -> connection(level).call(1, 6).open(SEQ, sum, packet, 64));
    assertRefused(() -> connection(level).call(2, 5).open(SEQ, sum, packet, 64));
    assertRefused(() -> connection(level, elsewhere).call(1, 5).open(SEQ, sum, packet, 64));
    assertRefused(() -> connection(level, anotherEpoch).call(1, 5).open(SEQ, sum, packet, 64));
    assertRefused(() -> call.open(SEQ, 0, packet, 64));
  }

  private static void assertRefused(ThrowingCallable opening) {
    assertError(opening, RxkadError.SEALED_INCONSISTENT);
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTH", "CRYPT"})
  void aChangedFirstBlockIsRefused(RxkadLevel level) throws Exception {
    CallSecurity call = connection(level).call(1, 5);
    int payload = seal(call, data(50));
    packet[3] ^= 1;

    assertRefused(() -> call.open(SEQ, call.checksum(SEQ), packet, payload));
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTH", "CRYPT"})
  void anUnsealedPacketIsRefused(RxkadLevel level) {
    CallSecurity call = connection(level).call(1, 5);

    assertRefused(() -> call.open(SEQ, call.checksum(SEQ), packet, 64));
    assertRefused(() -> call.open(SEQ, call.checksum(SEQ), packet, 7));
    assertRefused(() -> call.open(SEQ, call.checksum(SEQ), packet, 0));
  }

  @Test
  void aPayloadOfNoWholeBlocksIsRefused() throws Exception {
    CallSecurity call = connection(RxkadLevel.CRYPT).call(1, 5);
    int payload = seal(call, data(50));

    assertRefused(() -> call.open(SEQ, call.checksum(SEQ), packet, payload - 1));
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTH", "CRYPT"})
  void aCutPacketIsRefused(RxkadLevel level) throws Exception {
    CallSecurity call = connection(level).call(1, 5);
    int payload = seal(call, data(50));

    assertError(
        () -> call.open(SEQ, call.checksum(SEQ), packet, payload - 16), RxkadError.DATA_LEN);
  }

  @ParameterizedTest
  @EnumSource
  void anExpiredConnectionNeitherSealsNorOpens(RxkadLevel level) throws Exception {
    CallSecurity call = connection(level).call(1, 5);
    int payload = seal(call, data(50));
    nowSeconds.set(1_999);
    assertThat(call.open(SEQ, call.checksum(SEQ), packet, payload)).isEqualTo(50);

    nowSeconds.set(2_000);

    assertError(() -> seal(call, data(50)), RxkadError.EXPIRED);
    assertError(() -> call.open(SEQ, call.checksum(SEQ), packet, payload), RxkadError.EXPIRED);
  }

  @ParameterizedTest
  @EnumSource
  void aClosedConnectionNeitherSealsNorOpens(RxkadLevel level) throws Exception {
    RxkadConnection connection = connection(level);
    CallSecurity call = connection.call(1, 5);
    int sum = call.checksum(SEQ);
    connection.close();

    assertError(() -> seal(call, data(50)), RxkadError.INCONSISTENCY);
    assertError(
        () -> call.seal(SEQ, ByteBuffer.allocate(50), 50, packet), RxkadError.INCONSISTENCY);
    assertError(() -> call.open(SEQ, sum, packet, 64), RxkadError.INCONSISTENCY);
    assertThat(connection.cipher().roundKeys()).containsOnly(0);
    assertThat(connection.initializationVector()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void packetsCostNoAllocation(RxkadLevel level) {
    CallSecurity call = connection(level).call(1, 5);
    ByteBuffer source = ByteBuffer.allocateDirect(1400);
    AllocationMeter.Step step =
        () -> {
          for (int i = 0; i < 100; i++) {
            int payload = call.seal(SEQ, source.clear(), 1400, packet);
            call.open(SEQ, call.checksum(SEQ), packet, payload);
          }
        };
    var unused = AllocationMeter.bytesOf(step);

    // the clock of this test makes an Instant, where the real one makes none
    assertThat(AllocationMeter.bytesOf(step)).isLessThan(100 * 2 * 64);
  }

  @Test
  void nothingShowsTheKey() {
    RxkadConnection connection = connection(RxkadLevel.CRYPT);

    assertThat(connection.toString() + connection.call(0, 1) + connection.cipher())
        .doesNotContainIgnoringCase("0123456789abcdef")
        .isEqualTo("rxkad CRYPTrxkad CRYPT call 1fcrypt");
  }
}
