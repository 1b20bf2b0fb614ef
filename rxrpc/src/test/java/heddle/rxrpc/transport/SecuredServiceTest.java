package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadError;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a service does with packets of clients whom it does not know, and of those whom it does. */
class SecuredServiceTest {
  private static final int SERVICE = 7;
  private static final int CID = 8;
  private static final int EPOCH = 0x8123_4567;
  private static final int RXKAD = 2;
  private static final int LAST = PacketFlags.LAST_PACKET;
  private static final int RX_CALL_DEAD = -1;
  private static final byte[] HELLO = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

  private final SecuredCell cell = new SecuredCell();
  private final PacketScript script = new PacketScript();
  private HostedService service;
  private int serial = 1000;

  @BeforeEach
  void listen() {
    service =
        script.endpoint.listen(
            SERVICE,
            new HostedService.Options(
                4,
                10_000,
                10_000,
                HostedService.Charging.AUTOMATIC,
                PacketScript.TIMEOUTS,
                HostedService.NO_UPGRADE,
                List.of(cell.service())));
  }

  @AfterEach
  void close() {
    script.close();
  }

  private ClientSecurity client(RxkadToken token, RxkadLevel level) throws Exception {
    return Rxkad.with(token, level).connect(EPOCH, CID).orElseThrow();
  }

  private ClientSecurity alice(RxkadLevel level) throws Exception {
    return client(cell.token("alice"), level);
  }

  private PacketHeader header(
      int cid, int callNumber, int seq, PacketType type, int flags, int sum) {
    return new PacketHeader(
        EPOCH,
        cid,
        callNumber,
        seq,
        serial++,
        type,
        flags | PacketFlags.CLIENT_INITIATED,
        0,
        RXKAD,
        sum,
        SERVICE);
  }

  /** Returns a packet of a call on channel 0, as the client seals it. */
  private DataPacket data(ClientSecurity client, int callNumber, int seq, int flags)
      throws SecurityViolationException {
    CallSecurity call = client.call(0, callNumber);
    byte[] payload = new byte[64];
    int length = call.seal(seq, ByteBuffer.wrap(HELLO), HELLO.length, payload);
    return data(CID, callNumber, seq, flags, call.checksum(seq), payload, length);
  }

  private DataPacket data(
      int cid, int callNumber, int seq, int flags, int sum, byte[] payload, int length) {
    return new DataPacket(
        header(cid, callNumber, seq, PacketType.DATA, flags, sum),
        ByteBuffer.wrap(payload),
        0,
        length);
  }

  private static Stream<ChallengePacket> challenges(List<Packet> packets) {
    return packets.stream()
        .filter(ChallengePacket.class::isInstance)
        .map(ChallengePacket.class::cast);
  }

  private ChallengePacket challenge() {
    return challenges(script.sent()).findFirst().orElseThrow();
  }

  private void respond(ClientSecurity client, ChallengePacket challenge, int... callNumbers)
      throws SecurityViolationException {
    int[] four = Arrays.copyOf(callNumbers, 4);
    byte[] body = client.respond(challenge.body(), four);
    script.receive(new ResponsePacket(header(CID, 0, 0, PacketType.RESPONSE, 0, 0), body));
  }

  /** Lets the client begin its first call and answer the challenge. */
  private CallDriver begin(ClientSecurity client, int flags) throws Exception {
    script.receive(data(client, 1, 1, flags));
    respond(client, challenge(), 1);
    return service.tryAccept();
  }

  @Test
  void theFirstPacketIsAnsweredByAChallengeAndTheCallWaits() throws Exception {
    script.receive(data(alice(RxkadLevel.CRYPT), 1, 1, LAST));

    ChallengePacket challenge = challenge();
    assertThat(challenge.header().callNumber()).isZero();
    assertThat(challenge.header().cid()).isEqualTo(CID);
    assertThat(challenge.header().securityIndex()).isEqualTo(RXKAD);
    assertThat(service.tryAccept()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void aGoodResponseLetsTheCallGoOn(RxkadLevel level) throws Exception {
    CallDriver call = begin(alice(level), LAST);

    assertThat(call.caller()).hasToString("alice@TEST.EXAMPLE");
    ByteBuffer read = ByteBuffer.allocate(100);
    assertThat(call.tryRead(read)).isEqualTo(HELLO.length);
    assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(HELLO));
    assertThat(call.tryRead(ByteBuffer.allocate(1))).isEqualTo(-1);
    assertThat(script.endpoint.unverified()).hasValue(0);
  }

  @Test
  void theChallengeIsRepeatedAsLongAsTheClientHasSentEnough() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    script.receive(data(client, 1, 1, 0));
    script.receive(data(client, 1, 2, LAST));
    ChallengePacket first = challenge();
    script.pass(2 * PacketScript.SECOND);

    assertThat(challenges(script.sent()))
        .singleElement()
        .satisfies(again -> assertThat(again.body()).isEqualTo(first.body()));
    script.pass(26 * PacketScript.SECOND);
    assertThat(challenges(script.sent()).count())
        .as("no more than four times what came")
        .isBetween(4L, 12L);
  }

  @Test
  void aCallWhoseCallerStaysUnknownIsGivenUp() throws Exception {
    script.receive(data(alice(RxkadLevel.CRYPT), 1, 1, LAST));
    script.sent();
    script.pass(32 * PacketScript.SECOND);

    assertThat(script.sent())
        .filteredOn(AbortPacket.class::isInstance)
        .singleElement()
        .satisfies(abort -> assertThat(((AbortPacket) abort).code()).isEqualTo(RX_CALL_DEAD));
    assertThat(service.activeCalls()).isZero();
    assertThat(script.endpoint.timers().size()).as("the reaper").isEqualTo(1);
  }

  @Test
  void aClientThatIsNotKnownHasOneCallPerChannelHoweverManyItBegins() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    for (int callNumber = 1; callNumber <= 20; callNumber++) {
      script.receive(data(client, callNumber, 1, LAST));
      assertThat(service.activeCalls()).isEqualTo(1);
    }
    respond(client, challenge(), 20);

    assertThat(service.tryAccept().callNumber()).isEqualTo(20);
    assertThat(service.tryAccept()).isNull();
  }

  @Test
  void whatAClientSendsBeforeItIsKnownIsKeptOnlyInPart() throws Exception {
    byte[] large = new byte[10_000];
    for (int channel = 0; channel < 4; channel++) {
      for (int seq = 1; seq <= 8; seq++) {
        script.receive(data(CID + channel, 1, seq, 0, 1, large, large.length));
      }
    }

    assertThat(script.endpoint.receiveBudget().usedBytes()).isBetween(50_000L, 2L << 16);
  }

  @Test
  void packetsFarAheadAreTakenOnceTheClientIsKnown() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    for (int seq = 1; seq <= 9; seq++) {
      script.receive(data(client, 1, seq, seq == 9 ? LAST : 0));
    }
    respond(client, challenge(), 1);
    CallDriver call = service.tryAccept();
    ByteBuffer read = ByteBuffer.allocate(1000);
    assertThat(readAll(call, read)).isEqualTo(8 * HELLO.length);
    assertThat(call.tryRead(read)).as("the ninth was dropped").isZero();
    script.receive(data(client, 1, 9, LAST));

    assertThat(readAll(call, read)).isEqualTo(9 * HELLO.length);
    assertThat(call.tryRead(read)).isEqualTo(-1);
  }

  /** Reads what there is; returns how much has been read. */
  private static int readAll(CallDriver call, ByteBuffer target) throws CallEndedException {
    int count;
    do {
      count = call.tryRead(target);
    } while (count > 0);
    return target.position();
  }

  @Test
  void aResponseThatNobodyAskedForMeansNothing() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    begin(client, LAST).tryRead(ByteBuffer.allocate(100));
    script.receive(new ResponsePacket(header(CID, 0, 0, PacketType.RESPONSE, 0, 0), new byte[100]));
    script.pass(5 * PacketScript.SECOND);

    assertThat(script.sent(PacketType.ABORT)).isEmpty();
    script.receive(data(client, 2, 1, LAST));
    assertThat(service.tryAccept()).isNotNull();
  }

  @Test
  void aCallThatTheClientIsPastIsAReplay() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    script.receive(data(client, 3, 1, LAST));
    respond(client, challenge(), 5);

    assertThat(service.tryAccept()).isNull();
    assertThat(service.activeCalls()).isZero();
    script.receive(data(client, 4, 1, LAST));
    assertThat(service.tryAccept()).as("it comes after the handshake").isNull();
    script.receive(data(client, 5, 1, LAST));
    assertThat(service.tryAccept()).isNotNull();
  }

  @Test
  void aReplayedResponseIsRefused() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    script.receive(data(client, 1, 1, LAST));
    ChallengePacket ofToday = challenge();
    byte[] yesterdays = ofToday.body().clone();
    yesterdays[5] ^= 1; // another nonce
    respond(client, new ChallengePacket(ofToday.header(), yesterdays), 1);
    script.pass(PacketScript.SECOND);

    assertRefused(RxkadError.OUT_OF_SEQUENCE);
  }

  @Test
  void theRefusalComesASecondLaterAndThenAtOnce() throws Exception {
    ClientSecurity mallory = client(cell.stolenTicket("alice"), RxkadLevel.CRYPT);
    script.receive(data(mallory, 1, 1, LAST));
    respond(mallory, challenge(), 1);
    assertThat(script.sent()).isEmpty();
    assertThat(service.activeCalls()).isZero();
    script.receive(data(mallory, 1, 1, LAST));
    script.pass(PacketScript.SECOND - 1);
    assertThat(script.sent()).isEmpty();
    script.pass(1);
    assertRefused(RxkadError.SEALED_INCONSISTENT);

    script.receive(data(mallory, 2, 1, LAST));

    assertRefused(RxkadError.SEALED_INCONSISTENT);
    assertThat(service.tryAccept()).isNull();
  }

  private void assertRefused(RxkadError error) {
    assertThat(script.sent())
        .singleElement()
        .isInstanceOfSatisfying(
            AbortPacket.class,
            abort -> {
              assertThat(abort.header().callNumber()).isZero();
              assertThat(abort.code()).isEqualTo(error.abortCode());
            });
  }

  @Test
  void clientsWhoAreNotKnownGetNoMorePlacesThanTheyMay() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CLEAR);
    for (int i = 0; i < LocalEndpoint.MAX_UNVERIFIED; i++) {
      script.receive(data(CID + 4 * i, 1, 1, LAST, 1, HELLO, HELLO.length));
    }
    script.sent();
    script.receive(data(CID - 4, 1, 1, LAST, 1, HELLO, HELLO.length));
    assertThat(script.sent()).isEmpty();
    assertThat(client).isNotNull();

    script.pass(120 * PacketScript.SECOND);
    assertThat(script.endpoint.unverified()).hasValue(0);
    assertThat(script.endpoint.serviceConnectionCount()).isZero();
  }

  /** Reads all there is of a call; returns what it ends with. */
  private Completion failureOf(CallDriver call) {
    ByteBuffer target = ByteBuffer.allocate(100);
    return catchThrowableOfType(
            CallEndedException.class,
            () -> {
              while (call.tryRead(target) > 0) {}
            })
        .completion();
  }

  private void assertAborted(CallDriver call, RxkadError error, AbortReason reason) {
    assertThat(failureOf(call))
        .isEqualTo(new Completion.LocallyAborted(error.abortCode(), reason))
        .isEqualTo(call.completion());
    assertThat(script.sent())
        .filteredOn(AbortPacket.class::isInstance)
        .singleElement()
        .satisfies(
            abort -> {
              assertThat(((AbortPacket) abort).code()).isEqualTo(error.abortCode());
              assertThat(abort.header().callNumber()).isEqualTo(call.callNumber());
            });
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTH", "CRYPT"})
  void aPacketThatWasChangedOnTheWayEndsTheCall(RxkadLevel level) throws Exception {
    ClientSecurity client = alice(level);
    CallDriver call = begin(client, 0);
    DataPacket second = data(client, 1, 2, LAST);
    second.datagram().put(3, (byte) (second.datagram().get(3) ^ 1));
    script.receive(second);

    assertAborted(call, RxkadError.SEALED_INCONSISTENT, AbortReason.SECURITY_FAILED);
  }

  @ParameterizedTest
  @EnumSource
  void aPacketOfAnotherPlaceEndsTheCall(RxkadLevel level) throws Exception {
    ClientSecurity client = alice(level);
    CallDriver call = begin(client, 0);
    DataPacket first = data(client, 1, 1, 0);
    byte[] stale = Arrays.copyOf(first.datagram().array(), first.length());
    int sum = first.header().checksum();
    script.receive(data(CID, 1, 2, LAST, sum, stale, stale.length));

    assertAborted(call, RxkadError.SEALED_INCONSISTENT, AbortReason.SECURITY_FAILED);
  }

  @Test
  void aPacketOfThePastWithItsOldSerialIsADuplicateAndNoMore() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    DataPacket first = data(client, 1, 1, 0);
    script.receive(first);
    respond(client, challenge(), 1);
    CallDriver call = service.tryAccept();
    script.receive(first);
    script.receive(data(client, 1, 2, LAST));

    ByteBuffer read = ByteBuffer.allocate(100);
    assertThat(call.tryRead(read)).isEqualTo(2 * HELLO.length);
    assertThat(call.tryRead(read)).isEqualTo(-1);
  }

  @Test
  void aPacketWithoutRoomForItsHeaderIsTooShort() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    CallDriver call = begin(client, 0);
    int sum = client.call(0, 1).checksum(2);
    script.receive(data(CID, 1, 2, LAST, sum, new byte[3], 3));

    assertAborted(call, RxkadError.SEALED_INCONSISTENT, AbortReason.PACKET_TOO_SHORT);
  }

  @Test
  void aCallThatSomebodyElseHasBegunIsNotProved() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    begin(client, LAST).tryRead(ByteBuffer.allocate(100));
    script.sent();
    script.receive(data(CID, 2, 1, LAST, 4711, HELLO.clone(), HELLO.length));
    CallDriver forged = service.tryAccept();

    assertThat(catchThrowableOfType(CallEndedException.class, forged::prove)).isNotNull();
    assertAborted(forged, RxkadError.SEALED_INCONSISTENT, AbortReason.SECURITY_FAILED);
  }

  @Test
  void aCallAfterTheTicketHasExpiredEndsWithThatError() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    CallDriver call = begin(client, 0);
    cell.pass(7200);
    script.receive(data(client, 1, 2, LAST));

    assertAborted(call, RxkadError.EXPIRED, AbortReason.SECURITY_FAILED);
  }
}
