package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadError;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadPrincipal;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.SecuredCell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls between two endpoints over loopback, protected by rxkad. */
@Timeout(60)
class SecuredCallTest {
  private static final int WHO = 147;
  private static final int ECHO = 148;
  private static final int PRIVATE = 149;
  private static final int OPEN = 150;

  private final SecuredCell cell = new SecuredCell();
  private Endpoint server;
  private Endpoint client;

  @BeforeEach
  void open() throws IOException {
    server = Endpoint.open(LOOPBACK);
    client = Endpoint.open(LOOPBACK);
    var rxkad = ServiceOptions.DEFAULT.withSecurity(cell.service());
    server.serve(WHO, rxkad, SecuredCallTest::who);
    server.serve(ECHO, rxkad, call -> call.output().write(call.input().readAllBytes()));
    server.serve(
        PRIVATE,
        ServiceOptions.DEFAULT.withSecurity(cell.service().floor(RxkadLevel.CRYPT)),
        SecuredCallTest::who);
    server.serve(
        OPEN,
        ServiceOptions.DEFAULT.withSecurity(ServiceSecurity.none(), cell.service()),
        SecuredCallTest::who);
  }

  private static void who(ServiceCall call) throws IOException {
    String name = call.caller().map(Object::toString).orElse("nobody");
    call.input().readAllBytes();
    call.output().write(name.getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private byte[] call(int service, Security security, byte[] request) throws IOException {
    try (Connection connection = client.connect(server.localAddress(), service, security);
        Call call = connection.newCall()) {
      call.send(ByteBuffer.wrap(request));
      return call.input().readAllBytes();
    }
  }

  private String ask(int service, Security security) throws IOException {
    return new String(call(service, security, new byte[4]), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void theServiceKnowsWhoCalls(RxkadLevel level) throws Exception {
    assertThat(ask(WHO, Rxkad.with(cell.token("alice"), level))).isEqualTo("alice@TEST.EXAMPLE");
  }

  @Test
  void theCallerIsAPrincipalOfRxkad() throws Exception {
    var seen = new java.util.concurrent.CompletableFuture<Object>();
    server.serve(
        201,
        ServiceOptions.DEFAULT.withSecurity(cell.service()),
        call -> seen.complete(call.caller().orElseThrow()));
    call(201, Rxkad.with(cell.token("alice"), RxkadLevel.AUTH), new byte[4]);

    assertThat(seen.get()).isEqualTo(new RxkadPrincipal("alice", "", "TEST.EXAMPLE"));
  }

  @ParameterizedTest
  @CsvSource({
    "CLEAR, 0",
    "CLEAR, 1",
    "CLEAR, 1415",
    "CLEAR, 300000",
    "AUTH, 0",
    "AUTH, 4",
    "AUTH, 1412",
    "AUTH, 300000",
    "CRYPT, 0",
    "CRYPT, 1",
    "CRYPT, 1400",
    "CRYPT, 1401",
    "CRYPT, 3000000"
  })
  void bytesComeBackAsTheyWere(RxkadLevel level, int length) throws Exception {
    byte[] request = bytes(length);

    assertThat(call(ECHO, Rxkad.with(cell.token("alice"), level), request)).isEqualTo(request);
  }

  @Test
  void manyCallsOfManyUsersGoOnAtOnce() throws Exception {
    List<RxkadToken> tokens = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      tokens.add(cell.token("user" + i));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        RxkadLevel level = RxkadLevel.values()[i % 3];
        RxkadToken token = tokens.get(i % 5);
        answers.add(threads.submit((Callable<String>) () -> ask(WHO, Rxkad.with(token, level))));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(answers.get(i).get()).isEqualTo("user" + i % 5 + "@TEST.EXAMPLE");
      }
    }
  }

  @Test
  void whereNobodyNeedsToBeKnownBothGetIn() throws Exception {
    assertThat(ask(OPEN, Security.none())).isEqualTo("nobody");
    assertThat(ask(OPEN, Rxkad.with(cell.token("alice"), RxkadLevel.CRYPT)))
        .isEqualTo("alice@TEST.EXAMPLE");
  }

  @Test
  void aCallerWhomNobodyKnowsIsRefused() {
    var refusal = catchThrowableOfType(RemoteAbortException.class, () -> ask(WHO, Security.none()));

    assertThat(refusal.code()).isEqualTo(AbortCodes.RX_INVALID_OPERATION);
  }

  @ParameterizedTest
  @EnumSource(names = {"CLEAR", "AUTH"})
  void aLevelBelowTheFloorIsRefusedByTheClient(RxkadLevel level) {
    var refusal =
        catchThrowableOfType(
            LocalAbortException.class, () -> ask(PRIVATE, Rxkad.with(cell.token("alice"), level)));

    assertThat(refusal.rxkadError()).contains(RxkadError.LEVEL_FAIL);
    assertThat(refusal.reason()).isEqualTo("the service asks for a higher level than its caller");
    assertThat(refusal).hasMessageContaining("RXKADLEVELFAIL").hasMessageContaining("ask for a");
  }

  @Test
  void theFloorItselfIsEnough() throws Exception {
    assertThat(ask(PRIVATE, Rxkad.with(cell.token("alice"), RxkadLevel.CRYPT)))
        .isEqualTo("alice@TEST.EXAMPLE");
  }

  @Test
  void anEndpointMakesNoCallBelowItsLeastLevel() throws Exception {
    RxkadToken token = cell.token("alice");
    try (Endpoint careful = Endpoint.open(LOOPBACK.withLeastLevel(RxkadLevel.AUTH))) {
      InetSocketAddress to = server.localAddress();
      for (Security less : List.of(Security.none(), Rxkad.with(token, RxkadLevel.CLEAR))) {
        assertThatThrownBy(() -> careful.connect(to, WHO, less))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("AUTH")
            .hasMessageContaining(less.toString());
      }
      for (RxkadLevel enough : List.of(RxkadLevel.AUTH, RxkadLevel.CRYPT)) {
        careful.connect(to, WHO, Rxkad.with(token, enough)).close();
      }
    }
  }

  private RxkadToken bad(String what) throws Exception {
    return switch (what) {
      case "expired" -> cell.expiredToken("alice");
      case "of tomorrow" -> cell.tokenOfTomorrow("alice");
      case "truncated" -> cell.truncatedToken("alice");
      case "of another cell" -> cell.tokenOfAnotherCell("alice");
      case "of an unknown key" -> cell.tokenOfUnknownKey("alice");
      case "stolen" -> cell.stolenTicket("alice");
      default -> throw new AssertionError(what);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "expired, EXPIRED",
    "of tomorrow, NO_AUTH",
    "truncated, BAD_TICKET",
    "of another cell, BAD_TICKET",
    "of an unknown key, UNKNOWN_KEY",
    "stolen, SEALED_INCONSISTENT"
  })
  void aBadTokenIsRefusedWithItsError(String what, RxkadError error) throws Exception {
    Rxkad security = Rxkad.with(bad(what), RxkadLevel.CRYPT);
    var refusal = catchThrowableOfType(RemoteAbortException.class, () -> ask(WHO, security));

    assertThat(refusal.code()).isEqualTo(error.abortCode());
    assertThat(refusal.rxkadError()).contains(error);
    assertThat(refusal)
        .hasMessageContaining(error.fieldName())
        .hasMessageContaining(error.advice());
  }

  @Test
  void aServiceWithAWeakKeyRefusesWhatIsSealedWithIt() throws Exception {
    int weak = 202;
    server.serve(
        weak,
        ServiceOptions.DEFAULT.withSecurity(SecuredCell.serviceWithWeakKey()),
        SecuredCallTest::who);
    Rxkad security = Rxkad.with(SecuredCell.tokenOfWeakKey("alice"), RxkadLevel.CRYPT);
    var refusal = catchThrowableOfType(RemoteAbortException.class, () -> ask(weak, security));

    assertThat(refusal.rxkadError()).contains(RxkadError.BAD_KEY);
    assertThat(refusal).hasMessageContaining(RxkadError.BAD_KEY.fieldName());
  }

  @Test
  void aTokenThatExpiresInTheMiddleEndsTheCallAndTheNextOneNeedsANewToken() throws Exception {
    Rxkad old = Rxkad.with(cell.token("alice"), RxkadLevel.CRYPT);
    var begun = new CountDownLatch(1);
    server.serve(
        203,
        ServiceOptions.DEFAULT.withSecurity(cell.service()),
        call -> {
          begun.countDown(); // it is known who calls
          call.input().readAllBytes();
        });
    try (Connection connection = client.connect(server.localAddress(), 203, old);
        Call call = connection.newCall()) {
      call.write(ByteBuffer.wrap(bytes(3000)));
      begun.await();
      cell.pass(7200);
      var refusal =
          catchThrowableOfType(
              RemoteAbortException.class,
              () -> {
                call.send(ByteBuffer.wrap(bytes(100)));
                call.input().readAllBytes();
              });
      assertThat(refusal.rxkadError()).contains(RxkadError.EXPIRED);
    }
    RxkadToken renewed = cell.token("alice", 0, Integer.MAX_VALUE);
    assertThat(ask(WHO, Rxkad.with(renewed, RxkadLevel.CRYPT))).isEqualTo("alice@TEST.EXAMPLE");
  }

  @Test
  void aTokenThatWasDroppedMakesNoCall() {
    RxkadToken token = cell.token("alice");
    token.close();

    assertThatThrownBy(() -> ask(WHO, Rxkad.with(token, RxkadLevel.CRYPT)))
        .isInstanceOfSatisfying(
            LocalAbortException.class,
            e -> {
              assertThat(e.rxkadError()).contains(RxkadError.EXPIRED);
              assertThat(e.mayHaveExecuted()).isFalse();
            });
    assertThat(client.snapshot().connections()).isEmpty();
  }
}
