package heddle.rxrpc.security.rxkad;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.ServiceHandshake.Accepted;
import heddle.rxrpc.security.krb5.Enctype;
import heddle.rxrpc.security.krb5.KerberosCrypto;
import heddle.rxrpc.security.krb5.Keytab;
import heddle.rxrpc.security.krb5.MalformedKerberosException;
import heddle.rxrpc.security.krb5.TicketPart;
import heddle.rxrpc.security.rxkad.RxkadConnection.Place;
import heddle.rxrpc.testkit.AllocationMeter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Arbitrary bytes as challenge, response, ticket or keytab are accepted or refused with the typed
 * exception, nothing else, and cost memory only in proportion. Replays good ones with some bytes
 * changed; {@code JAZZER_FUZZ=1} looks for more.
 */
class RxkadFuzzTest {
  private static final Place PLACE = new Place(1, 4);
  private static final RxkadChallenge CHALLENGE = new RxkadChallenge(5, RxkadLevel.CLEAR);
  private static final int SEEDS = 12;
  private static final long CONSTANT_BYTES = 1_000_000; // ciphers of the JDK, hooks of the fuzzer
  private static final ServiceKeys KEYS = keys();
  private static final RxkadService SERVICE =
      RxkadService.with(KEYS).clock(() -> Instant.ofEpochSecond(TestCell.NOW_SECONDS));

  private static ServiceKeys keys() {
    try {
      Path directory = Files.createTempDirectory("rxkad");
      ServiceKeys keys = TestCell.keys(directory);
      Files.delete(directory.resolve("KeyFileExt"));
      Files.delete(directory);
      return keys;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<Arguments> mutations(byte[] seed) {
    var random = new Random(seed.length);
    Stream<byte[]> changed =
        Stream.generate(
            () -> {
              byte[] bytes = seed.clone();
              bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
              return bytes;
            });
    return Stream.concat(Stream.of(seed), changed.limit(SEEDS - 1))
        .map(bytes -> Arguments.of((Object) bytes));
  }

  private static ClientSecurity client() throws Exception {
    RxkadToken token =
        RxkadToken.of(
            "alice",
            ServiceTicket.KERBEROS_5,
            TestCell.whole(TestCell.ticketOfAlice()),
            SessionKeys.derive(17, TestCell.SESSION_KEY).toBytes(),
            Instant.MAX);
    return Rxkad.with(token, RxkadLevel.CRYPT)
        .connect(PLACE.epoch(), PLACE.connectionId())
        .orElseThrow();
  }

  @BeforeAll
  static void useEverythingOnce() throws Exception {
    for (Arguments response : responses().toList()) {
      var unused = AllocationMeter.bytesOf(() -> verify((byte[]) response.get()[0]));
    }
    for (Arguments part : ticketParts().toList()) {
      var unused = AllocationMeter.bytesOf(() -> readInside((byte[]) part.get()[0]));
    }
  }

  static Stream<Arguments> responses() throws Exception {
    return mutations(client().respond(CHALLENGE.encode(), new int[4]));
  }

  @MethodSource("responses")
  @FuzzTest(maxDuration = "60s")
  void anyResponseIsAcceptedOrRefused(byte[] response) {
    long allocated = AllocationMeter.bytesOf(() -> verify(response));

    assertThat(allocated).isLessThan(CONSTANT_BYTES + 32L * response.length);
  }

  private static void verify(byte[] response) throws RxkadException {
    Accepted accepted = new RxkadHandshake(SERVICE, CHALLENGE, PLACE).verify(response);
    assertThat(accepted.caller()).isInstanceOf(RxkadPrincipal.class);
  }

  static Stream<Arguments> challenges() {
    return mutations(CHALLENGE.encode());
  }

  @MethodSource("challenges")
  @FuzzTest(maxDuration = "60s")
  void anyChallengeIsAnsweredOrRefused(byte[] challenge) throws Exception {
    ClientSecurity client = client();
    try {
      assertThat(client.respond(challenge, new int[4])).isNotEmpty();
    } catch (RxkadException e) {
      assertThat(e.error()).isNotNull();
    }
  }

  static Stream<Arguments> ticketParts() {
    return mutations(TestCell.part("alice", "admin").encode());
  }

  /** What only who knows the service's key can send: the inside of a ticket. */
  @MethodSource("ticketParts")
  @FuzzTest(maxDuration = "60s")
  void anyInsideOfATicketIsReadOrRefused(byte[] plain) {
    long allocated = AllocationMeter.bytesOf(() -> readInside(plain));

    assertThat(allocated).isLessThan(100_000 + 64L * plain.length);
  }

  private static void readInside(byte[] plain) throws MalformedKerberosException {
    try (TicketPart part = TicketPart.decode(plain)) {
      assertThat(part.name()).hasSizeLessThanOrEqualTo(16);
    }
  }

  /** Good ones with some bytes changed, cut after each byte, and names that fill all of it. */
  static Stream<Arguments> ticketsOfKerberos4() {
    long start = TestCell.NOW_SECONDS - 60;
    byte[] good = Kerberos4TicketTest.plain(ByteOrder.BIG_ENDIAN, 12, start, "alice", "", "R");
    Stream<Arguments> cut =
        IntStream.rangeClosed(0, good.length)
            .mapToObj(length -> Arguments.of((Object) Arrays.copyOf(good, length)));
    String names = "\1" + "a".repeat(20) + "\0" + "b".repeat(9) + "\0";
    byte[] onlyNames = names.getBytes(StandardCharsets.US_ASCII);
    return Stream.concat(
        mutations(good), Stream.concat(cut, Stream.of(Arguments.of((Object) onlyNames))));
  }

  /** What only who knows the cell's old key can send. */
  @MethodSource("ticketsOfKerberos4")
  @FuzzTest(maxDuration = "60s")
  void anyTicketOfKerberos4IsReadOrRefused(byte[] plain) throws Exception {
    byte[] whole = Arrays.copyOf(plain, plain.length / 8 * 8);
    byte[] ticket = Kerberos4TicketTest.encrypted(whole);
    try (var read = Kerberos4Ticket.read(Kerberos4TicketTest.KEY, ticket, TestCell.NOW_SECONDS)) {
      assertThat(read.client().name()).isNotEmpty();
    } catch (RxkadException e) {
      assertThat(e.error()).isNotNull();
    }
  }

  static Stream<Arguments> keytabs() throws Exception {
    return mutations(Files.readAllBytes(RecordedConnectionsTest.resource("rxkad.keytab")));
  }

  @MethodSource("keytabs")
  @FuzzTest(maxDuration = "60s")
  void anyKeytabIsReadOrRefused(byte[] file) {
    try {
      assertThat(Keytab.read(file)).hasSizeLessThan(1 + file.length);
    } catch (MalformedKerberosException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  static Stream<Arguments> cipherTexts() {
    return Stream.of(0, 1, 12, 15, 16, 20, 24, 27, 28, 29, 36, 44, 64, 100)
        .map(length -> Arguments.of((Object) new byte[length]));
  }

  @MethodSource("cipherTexts")
  @FuzzTest(maxDuration = "60s")
  void anyCipherTextIsRefused(byte[] cipher) throws Exception {
    for (Enctype enctype : Enctype.values()) {
      try {
        byte[] plain = KerberosCrypto.decrypt(enctype, TestCell.key(enctype), 2, cipher);
        throw new AssertionError("decrypted to " + Arrays.toString(plain));
      } catch (MalformedKerberosException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
