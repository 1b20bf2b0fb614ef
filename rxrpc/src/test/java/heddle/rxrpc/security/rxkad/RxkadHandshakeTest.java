package heddle.rxrpc.security.rxkad;

import static heddle.rxrpc.security.rxkad.RxkadAssertions.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.ServiceHandshake;
import heddle.rxrpc.security.ServiceHandshake.Accepted;
import heddle.rxrpc.security.rxkad.RxkadConnection.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Client and service agree, and each broken rule has OpenAFS's code. */
class RxkadHandshakeTest {
  private static final int EPOCH = 0x9f2d0c11;
  private static final int CONNECTION = 0x00aabbcc;
  private static final int[] CALL_NUMBERS = {3, 0, 17, 1};
  private static final Place PLACE = new Place(EPOCH, CONNECTION);
  private static final int TICKET_LENGTH_AT = 52;
  private static final int TICKET_AT = 56;

  @TempDir private Path directory;
  private final AtomicLong nowSeconds = new AtomicLong(TestCell.NOW_SECONDS);
  private ServiceKeys keys;
  private RxkadService service;
  private RxkadToken token;

  @BeforeEach
  void makeKeysAndToken() throws Exception {
    keys = TestCell.keys(directory);
    service = RxkadService.with(keys).clock(() -> Instant.ofEpochSecond(nowSeconds.get()));
    token = token(TestCell.ticketOfAlice(), ServiceTicket.KERBEROS_5_ENCRYPTED_PART);
  }

  private static RxkadToken token(byte[] ticket, int type) throws RxkadException {
    byte[] key = SessionKeys.derive(17, TestCell.SESSION_KEY).toBytes();
    return RxkadToken.of("alice", type, ticket, key, Instant.MAX);
  }

  private ClientSecurity client(RxkadLevel level) throws RxkadException {
    return Rxkad.with(token, level).connect(EPOCH, CONNECTION).orElseThrow();
  }

  private byte[] response(ServiceHandshake handshake) throws Exception {
    return client(RxkadLevel.CRYPT).respond(handshake.challenge(), CALL_NUMBERS);
  }

  @ParameterizedTest
  @EnumSource
  void aGoodResponseIsAcceptedAndBothSidesUnderstandEachOther(RxkadLevel level) throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    ClientSecurity client = client(level);

    Accepted accepted = handshake.verify(client.respond(handshake.challenge(), CALL_NUMBERS));

    assertThat(accepted.caller()).isEqualTo(new RxkadPrincipal("alice", "", "TEST.EXAMPLE"));
    assertThat(accepted.caller().getName()).isEqualTo("alice@TEST.EXAMPLE");
    assertThat(accepted.callNumbers()).isEqualTo(CALL_NUMBERS);
    assertThat(accepted.security()).hasToString("rxkad " + level);
    byte[] packet = new byte[100];
    CallSecurity sending = client.call(2, 17);
    int payload =
        sending.seal(1, ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)), 5, packet);
    CallSecurity receiving = accepted.security().call(2, 17);
    int user = receiving.open(1, sending.checksum(1), packet, payload);
    assertThat(new String(packet, receiving.headerBytes(), user, StandardCharsets.US_ASCII))
        .isEqualTo("hello");
  }

  @Test
  void aChallengeIsTheSameEachTimeAndDiffersBetweenConnections() {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);

    assertThat(handshake.challenge()).isEqualTo(handshake.challenge()).hasSize(16);
    assertThat(handshake.challenge()).isNotEqualTo(service.accept(EPOCH, CONNECTION).challenge());
  }

  @Test
  void aReplayedResponseIsRefused() throws Exception {
    byte[] response = response(service.accept(EPOCH, CONNECTION));

    assertError(
        () -> service.accept(EPOCH, CONNECTION).verify(response), RxkadError.OUT_OF_SEQUENCE);
  }

  @Test
  void aResponseOfAnotherConnectionIsRefused() throws Exception {
    var challenge = new RxkadChallenge(5, RxkadLevel.CLEAR);
    byte[] response = client(RxkadLevel.CRYPT).respond(challenge.encode(), CALL_NUMBERS);

    assertThat(new RxkadHandshake(service, challenge, PLACE).verify(response).caller()).isNotNull();
    var otherId = new RxkadHandshake(service, challenge, new Place(EPOCH, CONNECTION + 4));
    var otherEpoch = new RxkadHandshake(service, challenge, new Place(EPOCH + 1, CONNECTION));
    assertError(() -> otherId.verify(response), RxkadError.SEALED_INCONSISTENT);
    assertError(() -> otherEpoch.verify(response), RxkadError.SEALED_INCONSISTENT);
  }

  @Test
  void anyChangeOfTheSealedPartIsRefused() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    byte[] response = response(handshake);
    for (int i = 4; i < 48; i++) {
      byte[] changed = response.clone();
      changed[i] ^= 0x10;
      assertError(() -> handshake.verify(changed), RxkadError.SEALED_INCONSISTENT);
    }
  }

  @Test
  void aKeyThatIsNotTheTicketsIsRefused() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    RxkadToken wrong =
        RxkadToken.of(
            "mallory",
            ServiceTicket.KERBEROS_5_ENCRYPTED_PART,
            TestCell.ticketOfAlice(),
            new byte[8],
            Instant.MAX);
    byte[] response =
        Rxkad.with(wrong, RxkadLevel.CRYPT)
            .connect(EPOCH, CONNECTION)
            .orElseThrow()
            .respond(handshake.challenge(), CALL_NUMBERS);

    assertError(() -> handshake.verify(response), RxkadError.SEALED_INCONSISTENT);
  }

  @Test
  void aNegativeCallNumberIsRefused() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    byte[] response =
        client(RxkadLevel.CRYPT).respond(handshake.challenge(), new int[] {0, 0, -1, 0});

    assertError(() -> handshake.verify(response), RxkadError.SEALED_INCONSISTENT);
  }

  @ParameterizedTest
  @CsvSource({"CLEAR, AUTH", "CLEAR, CRYPT", "AUTH, CRYPT"})
  void aClientBelowTheFloorGivesUp(RxkadLevel level, RxkadLevel floor) throws Exception {
    byte[] challenge = service.floor(floor).accept(EPOCH, CONNECTION).challenge();

    assertError(() -> client(level).respond(challenge, CALL_NUMBERS), RxkadError.LEVEL_FAIL);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 3, 256})
  void aServiceRefusesLevelsBelowTheFloorAndUnknownOnes(int level) throws Exception {
    var challenge = new RxkadChallenge(5, RxkadLevel.CRYPT);
    var sealed = new RxkadResponse.Sealed(CALL_NUMBERS, 6, level);
    byte[] response =
        RxkadResponse.make(PLACE, token.copyKey(), sealed, token.ticketType(), token.ticket());

    assertError(
        () -> new RxkadHandshake(service, challenge, PLACE).verify(response),
        RxkadError.LEVEL_FAIL);
  }

  @Test
  void challengesThatAreNoneAreRefused() throws Exception {
    ClientSecurity client = client(RxkadLevel.CRYPT);
    byte[] challenge = service.accept(EPOCH, CONNECTION).challenge();
    byte[] old = Arrays.copyOf(challenge, 8);
    byte[] version3 = challenge.clone();
    version3[3] = 3;
    byte[] level3 = challenge.clone();
    level3[11] = 3;
    byte[] negative = challenge.clone();
    negative[8] = -1;

    assertError(() -> client.respond(new byte[0], CALL_NUMBERS), RxkadError.PACKET_SHORT);
    assertError(() -> client.respond(old, CALL_NUMBERS), RxkadError.PACKET_SHORT);
    assertError(() -> client.respond(version3, CALL_NUMBERS), RxkadError.INCONSISTENCY);
    assertError(() -> client.respond(level3, CALL_NUMBERS), RxkadError.LEVEL_FAIL);
    assertError(() -> client.respond(negative, CALL_NUMBERS), RxkadError.LEVEL_FAIL);
  }

  @Test
  void aResponseCutAnywhereIsTooShort() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    byte[] response = response(handshake);
    for (int i = 0; i < response.length; i++) {
      byte[] cut = Arrays.copyOf(response, i);
      assertError(() -> handshake.verify(cut), RxkadError.PACKET_SHORT);
    }
  }

  @Test
  void ticketsHaveALengthThatMayBe() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    byte[] response = Arrays.copyOf(response(handshake), TICKET_AT + 12_001);

    assertError(() -> handshake.verify(withTicketLength(response, 12_001)), RxkadError.TICKET_LEN);
    assertError(() -> handshake.verify(withTicketLength(response, 31)), RxkadError.TICKET_LEN);
    assertError(() -> handshake.verify(withTicketLength(response, -1)), RxkadError.PACKET_SHORT);
    assertError(
        () -> handshake.verify(withTicketLength(response, 12_002)), RxkadError.PACKET_SHORT);
    assertError(() -> handshake.verify(withTicketLength(response, 12_000)), RxkadError.BAD_TICKET);
  }

  private static byte[] withTicketLength(byte[] response, int length) {
    return ByteBuffer.wrap(response.clone()).putInt(TICKET_LENGTH_AT, length).array();
  }

  @Test
  void aResponseOfAnotherVersionIsRefused() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    byte[] response = response(handshake);
    response[3] = 1;

    assertError(() -> handshake.verify(response), RxkadError.INCONSISTENCY);
  }

  @Test
  void whatFollowsTheTicketIsIgnored() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    byte[] response = response(handshake);

    Accepted accepted = handshake.verify(Arrays.copyOf(response, response.length + 9));

    assertThat(accepted.caller().getName()).isEqualTo("alice@TEST.EXAMPLE");
  }

  @Test
  void anExpiredTicketIsRefusedAndOneThatExpiresEndsItsConnection() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    byte[] response = response(handshake);
    CallSecurity call = handshake.verify(response).security().call(0, 1);
    byte[] packet = new byte[100];
    assertThat(call.seal(1, packet, 10)).isEqualTo(24);

    nowSeconds.addAndGet(3601);

    assertError(() -> handshake.verify(response), RxkadError.EXPIRED);
    assertError(() -> call.seal(1, packet, 10), RxkadError.EXPIRED);
    assertError(() -> call.open(1, call.checksum(1), packet, 24), RxkadError.EXPIRED);
  }

  @Test
  void aTokenPrintedWithTheKeysIsTheSuperusers() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    RxkadToken printed = RxkadToken.printed(keys);
    byte[] response =
        Rxkad.with(printed, RxkadLevel.CRYPT)
            .connect(EPOCH, CONNECTION)
            .orElseThrow()
            .respond(handshake.challenge(), CALL_NUMBERS);

    Accepted accepted = handshake.verify(response);

    assertThat(accepted.caller())
        .isInstanceOfSatisfying(
            RxkadPrincipal.class, caller -> assertThat(caller.isSuperuser()).isTrue());
    assertThat(accepted.caller().getName()).isEqualTo("afs");
    assertThat(printed.client()).isEqualTo("afs");
  }

  @Test
  void theOwnersOfTokensDropThem() throws Exception {
    ClientSecurity before = client(RxkadLevel.CRYPT);
    byte[] challenge = service.accept(EPOCH, CONNECTION).challenge();

    token.close();

    assertError(() -> client(RxkadLevel.CRYPT), RxkadError.EXPIRED);
    assertError(() -> token.sessionKey(), RxkadError.EXPIRED);
    assertThat(before.respond(challenge, CALL_NUMBERS)).isNotEmpty();
    before.close();
    assertError(() -> before.respond(challenge, CALL_NUMBERS), RxkadError.INCONSISTENCY);
  }

  @Test
  void onlyTheSameTokenAtTheSameLevelSharesConnections() throws Exception {
    RxkadToken equal = token(token.ticket(), token.ticketType());

    assertThat(Rxkad.with(token, RxkadLevel.AUTH))
        .isEqualTo(Rxkad.with(token, RxkadLevel.AUTH))
        .hasSameHashCodeAs(Rxkad.with(token, RxkadLevel.AUTH))
        .isNotEqualTo(Rxkad.with(token, RxkadLevel.CRYPT))
        .isNotEqualTo(Rxkad.with(equal, RxkadLevel.AUTH));
  }

  @Test
  void nothingShowsKeysOrTickets() throws Exception {
    ServiceHandshake handshake = service.accept(EPOCH, CONNECTION);
    ClientSecurity client = client(RxkadLevel.CRYPT);
    RxkadResponse response =
        RxkadResponse.parse(client.respond(handshake.challenge(), CALL_NUMBERS));

    assertThat(token).hasToString("token of alice until " + Instant.MAX);
    assertThat(client).hasToString("rxkad CRYPT alice");
    assertThat(handshake).hasToString("rxkad, at least CLEAR, handshake");
    assertThat(response)
        .hasToString(
            "rxkad response with a ticket of " + token.ticket().length + " bytes, type 213");
    assertThat(keys.toString())
        .startsWith("service keys [kvno 7 aes256-cts-hmac-sha1-96 (18), kvno 7 ");
    assertThat(token.copyKey()).hasToString("session key");
  }
}
