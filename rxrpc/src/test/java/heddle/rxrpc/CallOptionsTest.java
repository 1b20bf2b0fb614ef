package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.ANY_PORT;
import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.trace.CallSnapshot.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each option of a call does, and how a call ends that its user gives up. */
@Timeout(60)
class CallOptionsTest extends ClientAndServer {
  private static final int CHANNELS = 4;
  private static final int MUCH = 4_000_000; // more than is sent and taken before anybody reads
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final EndpointConfig CONFIG = LOOPBACK.withConnectionsPerBundle(1);

  CallOptionsTest() {
    super(CONFIG);
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count);
  }

  private List<Call> takeAllChannels() throws IOException {
    List<Call> others = new ArrayList<>();
    for (int i = 0; i < CHANNELS; i++) {
      others.add(connection.newCall());
      others.get(i).send(bytes(4));
    }
    return others;
  }

  // ---- time-outs

  private static String whichTimeoutEnds(Call call) {
    CallTimeoutException thrown =
        catchThrowableOfType(
            CallTimeoutException.class,
            () -> {
              call.send(bytes(4));
              call.read(bytes(4));
            });
    assertThat(thrown).isNotNull();
    return thrown.which();
  }

  @Test
  void hardTimeoutCountsTheWaitForAChannel() throws IOException {
    List<Call> others = takeAllChannels();
    try (Call call = connection.newCall(CallOptions.within(MOMENT))) {
      assertThat(whichTimeoutEnds(call)).startsWith("hard");
    }
    others.forEach(Call::close);
  }

  @Test
  void hardTimeoutEndsACallThatItsUserDoesNothingWith() {
    try (Call call = connection.newCall(CallOptions.within(MOMENT))) {
      Eventually.until(
          () -> client.snapshot().calls().getFirst().ending().isPresent(), client::snapshot);
      assertThatThrownBy(() -> call.read(bytes(1)))
          .isInstanceOfSatisfying(
              CallTimeoutException.class, e -> assertThat(e.mayHaveExecuted()).isFalse());
    }
  }

  @Test
  void idleTimeoutEndsACallWhosePeerAnswersAndDoesNothing() {
    try (Call call = connection.newCall(CallOptions.DEFAULT.withIdleTimeout(MOMENT))) {
      assertThat(whichTimeoutEnds(call)).startsWith("idle");
    }
  }

  @Test
  void normalTimeoutEndsACallWhosePeerIsMute() throws IOException {
    try (DatagramSocket mute = new DatagramSocket(ANY_PORT);
        Connection unanswered = client.connect(addressOf(mute), SERVICE, Security.none());
        Call call = unanswered.newCall(CallOptions.DEFAULT.withNormalTimeout(MOMENT))) {
      assertThat(whichTimeoutEnds(call)).startsWith("normal");
    }
  }

  private static InetSocketAddress addressOf(DatagramSocket socket) {
    return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
  }

  @Test
  void timeoutsOfTheEndpointHoldWhereTheCallHasNone() throws IOException {
    try (DatagramSocket mute = new DatagramSocket(ANY_PORT);
        Endpoint idle = Endpoint.open(CONFIG.withIdleTimeout(MOMENT));
        Endpoint normal = Endpoint.open(CONFIG.withNormalTimeout(MOMENT));
        Call first =
            idle.connect(server.localAddress(), SERVICE, Security.none())
                .newCall(CallOptions.DEFAULT);
        Call second =
            normal
                .connect(addressOf(mute), SERVICE, Security.none())
                .newCall(CallOptions.DEFAULT)) {
      assertThat(whichTimeoutEnds(first)).startsWith("idle");
      assertThat(whichTimeoutEnds(second)).startsWith("normal");
    }
  }

  @Test
  void serviceIsToldThatTheClientHasRunOutOfTime() throws IOException {
    try (Call call = connection.newCall(CallOptions.DEFAULT.withIdleTimeout(MOMENT))) {
      call.write(bytes(2_000));
      try (ServiceCall served = service.accept().orElseThrow()) {
        assertThatThrownBy(() -> call.read(bytes(1))).isInstanceOf(CallTimeoutException.class);
        assertThat(codeThatEnds(served)).isEqualTo(AbortCodes.RX_CALL_DEAD);
      }
    }
  }

  /** Reads what there is of the request and then waits for its end, which is a bad one. */
  private static int codeThatEnds(ServiceCall served) {
    RemoteAbortException thrown =
        catchThrowableOfType(
            RemoteAbortException.class,
            () -> {
              served.input().readAllBytes();
              served.reply(bytes(MUCH)); // of a request that is complete
            });
    assertThat(thrown).isNotNull();
    return thrown.code();
  }

  // ---- exclusive, user ID

  @Test
  void exclusiveCallHasAWireConnectionThatNoOtherEverUses() throws IOException {
    List<Integer> exclusive = new ArrayList<>();
    List<Integer> shared = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Call alone = connection.newCall(CallOptions.DEFAULT.asExclusive());
          Call first = connection.newCall(CallOptions.DEFAULT.withUserId(1));
          Call second = connection.newCall(CallOptions.DEFAULT.withUserId(2))) {
        for (Call call : List.of(alone, first, second)) {
          call.send(bytes(4));
        }
        for (CallSnapshot call : client.snapshot().calls()) {
          (call.userId() == 0 ? exclusive : shared).add(call.call().cid() >>> 2);
        }
      }
    }
    assertThat(exclusive).hasSize(3).doesNotHaveDuplicates().doesNotContainAnyElementsOf(shared);
    assertThat(shared).hasSize(6);
  }

  // ---- declared length

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 5_000})
  void requestOfTheDeclaredLengthIsSentHoweverItIsWritten(int length) throws IOException {
    try (Call call = connection.newCall(CallOptions.DEFAULT.withRequestLength(length))) {
      call.write(bytes(length / 2));
      call.output().write(new byte[length - length / 2]);
      call.output().close();
      try (ServiceCall served = service.accept().orElseThrow()) {
        assertThat(served.input().readAllBytes()).hasSize(length);
      }
    }
  }

  private void assertMismatch(int first, int rest) throws IOException {
    try (Call call = connection.newCall(CallOptions.DEFAULT.withRequestLength(3_000))) {
      call.write(bytes(first));
      try (ServiceCall served = service.accept().orElseThrow()) {
        assertThatThrownBy(() -> call.send(bytes(rest)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("3000");
        assertThat(codeThatEnds(served)).isEqualTo(AbortCodes.RX_PROTOCOL_ERROR);
      }
      assertThatThrownBy(() -> call.read(bytes(1)))
          .isInstanceOfSatisfying(
              LocalAbortException.class,
              e -> assertThat(e.code()).isEqualTo(AbortCodes.RX_PROTOCOL_ERROR));
    }
  }

  @Test
  void requestThatTurnsOutShorterIsAborted() throws IOException {
    assertMismatch(2_000, 999);
  }

  @Test
  void requestThatTurnsOutLongerIsAborted() throws IOException {
    assertMismatch(2_000, 1_001);
  }

  // ---- users that give up

  /** Where a user waits. */
  enum Wait {
    FOR_A_CHANNEL,
    FOR_ROOM,
    FOR_DATA,
    FOR_ANOTHER_USER
  }

  @ParameterizedTest
  @EnumSource(Wait.class)
  void interruptAbortsTheCallWithACodeWhereverItsUserWaits(Wait where) throws Exception {
    List<Call> others = where == Wait.FOR_A_CHANNEL ? takeAllChannels() : List.of();
    Call call = connection.newCall(CallOptions.DEFAULT.withUserId(99));
    if (where != Wait.FOR_A_CHANNEL) {
      call.write(bytes(2_000));
    }
    CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    Thread user =
        Thread.ofVirtual().unstarted(() -> outcome.complete(isInterruptedIn(call, where)));
    if (where == Wait.FOR_ANOTHER_USER) {
      Thread.startVirtualThread(() -> readUntilItFails(call));
      awaitWaiting(Waiting.FOR_DATA);
      user.start();
      Eventually.until(() -> user.getState() == Thread.State.WAITING, client::snapshot);
    } else {
      user.start();
      awaitWaiting(
          switch (where) {
            case FOR_A_CHANNEL -> Waiting.FOR_CHANNEL;
            case FOR_ROOM -> Waiting.FOR_ROOM;
            default -> Waiting.FOR_DATA;
          });
    }
    user.interrupt();
    assertThat(outcome.get()).as("the flag is set again").isTrue();
    assertThatThrownBy(() -> call.read(bytes(1)))
        .isInstanceOfSatisfying(
            LocalAbortException.class,
            e -> assertThat(e.code()).isEqualTo(AbortCodes.RX_USER_ABORT));
    if (where != Wait.FOR_A_CHANNEL) {
      try (ServiceCall served = service.accept().orElseThrow()) {
        assertThat(codeThatEnds(served)).isEqualTo(AbortCodes.RX_USER_ABORT);
      }
    }
    call.close();
    others.forEach(Call::close);
  }

  /** Does what waits; returns whether it was interrupted, and the flag of the thread is set. */
  private static boolean isInterruptedIn(Call call, Wait where) {
    try {
      switch (where) {
        case FOR_A_CHANNEL -> call.send(bytes(4));
        case FOR_ROOM -> call.write(bytes(MUCH));
        default -> call.read(bytes(1));
      }
      return false;
    } catch (InterruptedIOException e) {
      return Thread.currentThread().isInterrupted();
    } catch (IOException e) {
      return false;
    }
  }

  private static void readUntilItFails(Call call) {
    try {
      call.read(bytes(1));
    } catch (IOException e) {
      // the other user is interrupted, and that ends the call
    }
  }

  private void awaitWaiting(Waiting what) {
    Eventually.until(
        () ->
            client.snapshot().calls().stream()
                .anyMatch(call -> call.userId() == 99 && call.waiting() == what),
        client::snapshot);
  }

  @Test
  void leavingTheBlockOfACallAbortsItWithACode() throws IOException {
    try (Call call = connection.newCall()) {
      call.write(bytes(2_000));
    }
    try (ServiceCall served = service.accept().orElseThrow()) {
      assertThat(codeThatEnds(served)).isEqualTo(AbortCodes.RX_USER_ABORT);
    }
  }

  @Test
  void leavingTheBlockOfAServiceCallWithoutAReplyAbortsItWithACode() throws IOException {
    try (Call call = connection.newCall()) {
      call.send(bytes(4));
      try (ServiceCall served = service.accept().orElseThrow()) {
        assertThat(served.input().readAllBytes()).hasSize(4);
      }
      assertThatThrownBy(() -> call.read(bytes(1)))
          .isInstanceOfSatisfying(
              RemoteAbortException.class,
              e -> assertThat(e.code()).isEqualTo(AbortCodes.RX_USER_ABORT));
    }
  }
}
