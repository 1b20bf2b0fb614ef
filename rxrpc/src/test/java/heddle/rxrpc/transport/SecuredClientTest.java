package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ServiceHandshake;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadError;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.SecuredCell;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.ChallengePacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.ResponsePacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client does whose service asks who it is, and what it makes of the answers. */
class SecuredClientTest {
  private static final int SERVICE = 7;
  private static final byte[] HELLO = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

  private final SecuredCell cell = new SecuredCell();
  private final PacketScript script = new PacketScript();

  @AfterEach
  void close() {
    script.close();
  }

  private Bundle bundle(RxkadLevel level) {
    return script.endpoint.acquireBundle(
        PacketScript.PEER, SERVICE, Rxkad.with(cell.token("alice"), level));
  }

  private PacketHeader ofConnection(PacketHeader to, PacketType type) {
    PacketHeader answer = script.answer(to, type, 0, 0);
    return new PacketHeader(
        answer.epoch(),
        answer.cid() & ~3,
        0,
        0,
        answer.serial(),
        type,
        answer.flags(),
        0,
        answer.securityIndex(),
        0,
        answer.serviceId());
  }

  private static <T extends Packet> T only(List<Packet> packets, Class<T> type) {
    assertThat(packets).hasOnlyElementsOfType(type).hasSize(1);
    return type.cast(packets.get(0));
  }

  /** Sends a request; returns its packet. */
  private DataPacket request(CallDriver call) throws Exception {
    assertThat(call.trySend(ByteBuffer.wrap(HELLO), true)).isTrue();
    return only(script.sent(), DataPacket.class);
  }

  private ServiceHandshake.Accepted handshake(PacketHeader of) throws Exception {
    ServiceHandshake handshake = cell.service().accept(of.epoch(), of.connectionId());
    for (int i = 0; i < 2; i++) { // the first response is lost
      script.receive(
          new ChallengePacket(ofConnection(of, PacketType.CHALLENGE), handshake.challenge()));
    }
    List<Packet> responses = script.sent();
    assertThat(responses).hasSize(2).hasOnlyElementsOfType(ResponsePacket.class);
    ResponsePacket response = (ResponsePacket) responses.get(1);
    assertThat(response.header().callNumber()).isZero();
    assertThat(response.header().clientInitiated()).isTrue();
    return handshake.verify(response.body());
  }

  private DataPacket reply(PacketHeader to, CallSecurity security, int change) throws Exception {
    byte[] payload = new byte[64];
    int length = security.seal(1, ByteBuffer.wrap(HELLO), HELLO.length, payload);
    payload[2] ^= (byte) change;
    PacketHeader plain = script.answer(to, PacketType.DATA, 1, PacketFlags.LAST_PACKET);
    PacketHeader header =
        new PacketHeader(
            plain.epoch(),
            plain.cid(),
            plain.callNumber(),
            1,
            plain.serial(),
            PacketType.DATA,
            plain.flags(),
            0,
            plain.securityIndex(),
            security.checksum(1),
            plain.serviceId());
    return new DataPacket(header, ByteBuffer.wrap(payload), 0, length);
  }

  @ParameterizedTest
  @EnumSource
  void challengesAreAnsweredAndBothSidesUnderstandEachOther(RxkadLevel level) throws Exception {
    CallDriver call = script.call(bundle(level));
    DataPacket sent = request(call);
    PacketHeader header = sent.header();
    ServiceHandshake.Accepted accepted = handshake(header);
    CallSecurity service = accepted.security().call(header.channel(), header.callNumber());
    byte[] opened = new byte[sent.length()];
    sent.datagram().get(sent.offset(), opened);

    assertThat(accepted.callNumbers()).containsExactly(1, 0, 0, 0);
    assertThat(service.open(1, header.checksum(), opened, opened.length)).isEqualTo(HELLO.length);
    script.receive(reply(header, service, 0));
    ByteBuffer reply = ByteBuffer.allocate(100);
    assertThat(call.tryRead(reply)).isEqualTo(HELLO.length);
    assertThat(reply.flip()).isEqualTo(ByteBuffer.wrap(HELLO));
    assertThat(call.tryRead(ByteBuffer.allocate(1))).isEqualTo(-1);
    assertThat(call.completion()).isEqualTo(Completion.Plain.SUCCEEDED);
  }

  @Test
  void theResponseNamesRunningCallsAndTheNextWhereOneHasEnded() throws Exception {
    Bundle bundle = bundle(RxkadLevel.CRYPT);
    CallDriver ends = script.call(bundle);
    PacketHeader first = request(ends).header();
    CallDriver runs = script.call(bundle);
    PacketHeader second = request(runs).header();
    assertThat(second.channel()).isEqualTo(1);
    CallSecurity service = handshake(first).security().call(first.channel(), 1);
    script.receive(reply(first, service, 0));
    assertThat(ends.completion()).isEqualTo(Completion.Plain.SUCCEEDED);
    script.sent();

    assertThat(handshake(second).callNumbers())
        .as("who has recorded call 1 of channel 0 cannot have it run again")
        .containsExactly(2, 1, 0, 0);
  }

  @Test
  void aChallengeIsNotAnsweredWithoutACall() throws Exception {
    CallDriver call = script.call(bundle(RxkadLevel.CRYPT));
    PacketHeader header = request(call).header();
    CallSecurity service = handshake(header).security().call(header.channel(), 1);
    script.receive(reply(header, service, 0));
    assertThat(call.completion()).isEqualTo(Completion.Plain.SUCCEEDED);
    script.sent();
    script.receive(
        new ChallengePacket(
            ofConnection(header, PacketType.CHALLENGE),
            cell.service().accept(header.epoch(), header.connectionId()).challenge()));

    assertThat(script.sent()).isEmpty();
  }

  @Test
  void aReplyThatWasChangedFailsTheCallThoughItsPacketsAreAllThere() throws Exception {
    CallDriver call = script.call(bundle(RxkadLevel.CRYPT));
    PacketHeader header = request(call).header();
    CallSecurity service = handshake(header).security().call(header.channel(), 1);
    script.receive(reply(header, service, 1));
    var failure =
        catchThrowableOfType(
            CallEndedException.class, () -> call.tryRead(ByteBuffer.allocate(100)));

    assertThat(failure.completion())
        .isEqualTo(
            new Completion.LocallyAborted(
                RxkadError.SEALED_INCONSISTENT.abortCode(), AbortReason.SEALED_ELSEWHERE))
        .isEqualTo(call.completion());
  }

  @Test
  void aSlowReaderReadsOnAfterItsConnectionIsGone() throws Exception {
    Bundle bundle = bundle(RxkadLevel.CRYPT);
    CallDriver call = script.call(bundle);
    PacketHeader header = request(call).header();
    CallSecurity service = handshake(header).security().call(header.channel(), 1);
    script.receive(reply(header, service, 0));
    bundle.release();
    script.pass(300 * PacketScript.SECOND);
    assertThat(script.endpoint.connectionCount()).isZero();

    assertThat(call.tryRead(ByteBuffer.allocate(100))).isEqualTo(HELLO.length);
    call.userDone();
  }

  @Test
  void aSlowReaderIsToldThatTheEndpointHasClosed() throws Exception {
    CallDriver call = script.call(bundle(RxkadLevel.CRYPT));
    PacketHeader header = request(call).header();
    CallSecurity service = handshake(header).security().call(header.channel(), 1);
    script.receive(reply(header, service, 0));
    assertThat(call.completion()).isEqualTo(Completion.Plain.SUCCEEDED);
    script.endpoint.close();

    assertThat(failureOf(call)).isEqualTo(Completion.Plain.ENDPOINT_CLOSED);
    assertThat(call.completion()).isEqualTo(Completion.Plain.ENDPOINT_CLOSED);
  }

  @Test
  void aCallThatHadFailedBeforeTheEndpointClosedStaysAsItWas() throws Exception {
    CallDriver call = script.call(bundle(RxkadLevel.CRYPT));
    PacketHeader header = request(call).header();
    CallSecurity service = handshake(header).security().call(header.channel(), 1);
    DataPacket last = reply(header, service, 0);
    DataPacket first =
        new DataPacket(
            script.answer(header, PacketType.DATA, 1, 0), last.datagram(), 0, last.length());
    script.receive(first);
    script.receive(new AbortPacket(script.answer(header, PacketType.ABORT, 0, 0), 42));
    script.endpoint.close();

    assertThat(failureOf(call)).isEqualTo(new Completion.RemotelyAborted(42));
    assertThat(call.completion()).isEqualTo(new Completion.RemotelyAborted(42));
  }

  private static Completion failureOf(CallDriver call) {
    return catchThrowableOfType(
            CallEndedException.class, () -> call.tryRead(ByteBuffer.allocate(100)))
        .completion();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, 16, LEVEL_FAIL, FLOOR_TOO_HIGH",
    "2, 9, 16, LEVEL_FAIL, CHALLENGE_LEVEL_UNKNOWN",
    "1, 0, 16, INCONSISTENCY, CHALLENGE_OF_ANOTHER_VERSION",
    "2, 0, 12, PACKET_SHORT, CHALLENGE_TOO_SHORT"
  })
  void aChallengeThatIsNotAnsweredEndsTheCallsOfTheConnection(
      int version, int level, int length, RxkadError error, AbortReason reason) throws Exception {
    Bundle bundle = bundle(RxkadLevel.AUTH);
    CallDriver call = script.call(bundle);
    PacketHeader header = request(call).header();
    byte[] body = ByteBuffer.allocate(16).putInt(version).putInt(4711).putInt(level).array();
    script.receive(
        new ChallengePacket(
            ofConnection(header, PacketType.CHALLENGE), Arrays.copyOf(body, length)));

    assertThat(call.completion())
        .isEqualTo(new Completion.LocallyAborted(error.abortCode(), reason));
    AbortPacket abort = only(script.sent(), AbortPacket.class);
    assertThat(abort.code()).isEqualTo(error.abortCode());
    assertThat(abort.header().callNumber()).isZero();
    assertThat(request(script.call(bundle)).header().connectionId())
        .isNotEqualTo(header.connectionId());
  }

  @Test
  void anAbortOfTheConnectionEndsItsCallsAndTheNextGoElsewhere() throws Exception {
    Bundle bundle = bundle(RxkadLevel.CRYPT);
    CallDriver one = script.call(bundle);
    PacketHeader header = request(one).header();
    CallDriver two = script.call(bundle);
    request(two);
    int code = RxkadError.EXPIRED.abortCode();
    script.receive(new AbortPacket(ofConnection(header, PacketType.ABORT), code));

    assertThat(one.completion()).isEqualTo(new Completion.RemotelyAborted(code));
    assertThat(two.completion()).isEqualTo(new Completion.RemotelyAborted(code));
    assertThat(script.sent()).isEmpty();
    assertThat(request(script.call(bundle)).header().connectionId())
        .isNotEqualTo(header.connectionId());
  }

  @Test
  void aConnectionThatWasGivenUpIsGoneLongBeforeItWouldBeIdle() throws Exception {
    CallDriver call = script.call(bundle(RxkadLevel.CRYPT));
    PacketHeader header = request(call).header();
    script.receive(
        new AbortPacket(ofConnection(header, PacketType.ABORT), RxkadError.EXPIRED.abortCode()));
    assertThat(script.endpoint.connectionCount()).isEqualTo(1);
    script.pass(5 * PacketScript.SECOND);

    assertThat(script.endpoint.connectionCount()).isZero();
  }

  @Test
  void whoWritesBitByBitSendsThePacketsOfWhoWritesAtOnce() throws Exception {
    Bundle bundle = bundle(RxkadLevel.CRYPT);
    byte[] bytes = new byte[5000];
    new Random(1).nextBytes(bytes);
    CallDriver atOnce = script.call(bundle);
    assertThat(atOnce.trySend(ByteBuffer.wrap(bytes), true)).isTrue();
    List<Integer> whole = lengths();
    CallDriver bitByBit = script.call(bundle);
    for (int i = 0; i < bytes.length; i += 500) {
      boolean last = i == 4500;
      assertThat(bitByBit.trySend(ByteBuffer.wrap(bytes, i, 500), last)).isTrue();
    }

    assertThat(lengths()).isEqualTo(whole);
    assertThat(whole).allMatch(length -> length % 8 == 0);
  }

  private List<Integer> lengths() {
    return script.sent().stream()
        .filter(DataPacket.class::isInstance)
        .map(packet -> ((DataPacket) packet).length())
        .toList();
  }
}
