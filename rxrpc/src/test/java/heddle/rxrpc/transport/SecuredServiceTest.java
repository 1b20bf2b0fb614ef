package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.rxkad.RxkadError;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.ChallengePacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.ResponsePacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a service does with packets of clients whom it does not know, and of those whom it does. */
class SecuredServiceTest extends SecuredServiceScript {
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
    assertThat(script.endpoint.strangers().count()).isZero();
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

  @Test
  void aClientThatHasMissedItsRefusalIsToldWhenItAsks() throws Exception {
    ClientSecurity late = client(cell.expiredToken("alice"), RxkadLevel.CRYPT);
    script.receive(data(late, 1, 1, LAST));
    ChallengePacket challenge = challenge();
    script.pass(PacketScript.SECOND); // the request is acknowledged: it is not sent again
    assertThat(script.sent(PacketType.ACK)).isNotEmpty();
    respond(late, challenge, 1);
    script.receive(ping());
    assertThat(script.sent()).as("not at full speed").isEmpty();
    script.pass(PacketScript.SECOND);
    script.sent(); // and is lost

    script.receive(ping());

    assertRefused(RxkadError.EXPIRED);
  }

  private AckPacket ping() {
    return new AckPacket(
        header(CID, 1, 0, PacketType.ACK, 0, 0),
        0,
        0,
        1,
        0,
        0,
        AckReason.PING,
        ByteBuffer.allocate(0),
        0,
        0,
        AckTrailer.NONE);
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
    for (int i = 1; i <= Reaper.MAX_UNVERIFIED; i++) {
      script.receive(data(CID + 4 * i, 1, 1, LAST, 1, HELLO, HELLO.length));
    }
    script.sent();
    CallDriver call = begin(alice(RxkadLevel.CLEAR), LAST);

    assertThat(call).as("the oldest stranger has made room").isNotNull();
    assertThat(script.endpoint.strangers().count()).isEqualTo(Reaper.MAX_UNVERIFIED - 1);
    assertThat(script.endpoint.serviceConnectionCount()).isEqualTo(Reaper.MAX_UNVERIFIED);
    assertThat(service.activeCalls()).isEqualTo(Reaper.MAX_UNVERIFIED);
    script.pass(64 * PacketScript.SECOND);
    assertThat(script.endpoint.strangers().count()).isZero();
    assertThat(script.endpoint.serviceConnectionCount()).isEqualTo(1);
  }

  @Test
  void aClientThatGaveWayIsAskedAgainWithLaterSerials() throws Exception {
    ClientSecurity alice = alice(RxkadLevel.CRYPT);
    script.receive(data(alice, 1, 1, LAST));
    int before = challenge().header().serial();
    for (int i = 1; i <= Reaper.MAX_UNVERIFIED; i++) {
      script.receive(data(CID + 4 * i, 1, 1, LAST, 1, HELLO, HELLO.length));
    }
    script.sent();
    script.receive(data(alice, 1, 1, LAST)); // sent again
    ChallengePacket again = challenge();

    assertThat(again.header().serial() - before).isPositive();
    respond(alice, again, 1);
    assertThat(service.tryAccept()).isNotNull();
  }

  @Test
  void newCallsDoNotKeepAConnectionWhoseClientStaysUnknown() throws Exception {
    for (int i = 0; i < 16; i++) { // never without a call, for more than a minute
      script.receive(data(CID, 1 + i, 1, LAST, 1, HELLO, HELLO.length));
      script.pass(3_900_000_000L);
    }
    assertThat(script.endpoint.strangers().count()).isZero();
    assertThat(script.endpoint.serviceConnectionCount()).isZero();
    assertThat(service.activeCalls()).isZero();
  }

  private void assertAborted(CallDriver call, RxkadError error, Violation violation) {
    assertThat(failureOf(call))
        .isEqualTo(new Completion.LocallyAborted(error.abortCode(), AbortReason.of(violation)))
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

    assertAborted(call, RxkadError.SEALED_INCONSISTENT, Violation.SEALED_ELSEWHERE);
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

    assertAborted(call, RxkadError.SEALED_INCONSISTENT, Violation.CHECKSUM_WRONG);
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

    assertAborted(call, RxkadError.SEALED_INCONSISTENT, Violation.PACKET_TOO_SHORT);
  }

  @Test
  void aCallThatSomebodyElseHasBegunIsNotProved() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    begin(client, LAST).tryRead(ByteBuffer.allocate(100));
    script.sent();
    script.receive(data(CID, 2, 1, LAST, 4711, HELLO.clone(), HELLO.length));
    CallDriver forged = service.tryAccept();

    assertThat(catchThrowableOfType(CallEndedException.class, forged::prove)).isNotNull();
    assertAborted(forged, RxkadError.SEALED_INCONSISTENT, Violation.CHECKSUM_WRONG);
  }

  /** What a user has found is noted first; then the call ends. */
  @Test
  void aPacketThatComesWhileAUserEndsTheCallHarmsNothing() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    CallDriver call = begin(client, 0);
    script.receive(data(client, 1, 2, 0));
    Completion found = new Completion.LocallyAborted(1, AbortReason.of(Violation.CHECKSUM_WRONG));
    call.violated(found);
    script.receive(data(client, 1, 3, 0)); // not acknowledged at once
    assertThat(call.isFinished()).isFalse();

    call.abort(1, AbortReason.of(Violation.CHECKSUM_WRONG));

    assertThat(call.isFinished()).isTrue();
    assertThat(call.completion()).isEqualTo(found);
    assertThat(script.sent(PacketType.ABORT)).hasSize(1);
  }

  @Test
  void aCallAfterTheTicketHasExpiredEndsWithThatError() throws Exception {
    ClientSecurity client = alice(RxkadLevel.CRYPT);
    CallDriver call = begin(client, 0);
    cell.pass(7200);
    script.receive(data(client, 1, 2, LAST));

    assertAborted(call, RxkadError.EXPIRED, Violation.EXPIRED_IN_USE);
  }
}
