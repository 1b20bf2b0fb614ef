package heddle.rxrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every exception of a call says of it: nobody has to guess before a second try. */
@Timeout(60)
class CallExceptionTest {
  private static final int UNATTENDED = 9; // its calls are never accepted
  private static final int REFUSING = 10;
  private static final int BUSY = 11;
  private static final int CODE = 4711;
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final EndpointConfig CONFIG =
      EndpointConfig.DEFAULT
          .withBindAddress(ANY_PORT)
          .withBusyTimeout(Duration.ZERO)
          .withConnectionsPerBundle(1)
          .withWaitingCalls(0);

  private Endpoint server;
  private Endpoint client;
  private DatagramSocket mute; // takes everything and says nothing

  /** What is said of the peer's having executed a call. */
  enum Executed {
    CERTAINLY_NOT,
    PERHAPS,
    CERTAINLY_NOT_IF_SENT_ONCE // which is up to the speed of the machine
  }

  /** How a call is brought to a bad end. */
  enum Ending {
    REMOTE_ABORT(RemoteAbortException.class, "awaiting reply", Executed.PERHAPS),
    LOCAL_ABORT(LocalAbortException.class, "awaiting reply", Executed.PERHAPS),
    LOCAL_ABORT_BEFORE_ANYTHING(
        LocalAbortException.class, "waiting for a channel", Executed.CERTAINLY_NOT),
    TIME_OUT(CallTimeoutException.class, "awaiting reply", Executed.PERHAPS),
    UNREACHABLE(PeerUnreachableException.class, "awaiting reply", Executed.PERHAPS),
    PEER_BUSY(PeerBusyException.class, "awaiting reply", Executed.CERTAINLY_NOT_IF_SENT_ONCE),
    TOO_MANY_CALLS(TooManyCallsException.class, "waiting for a channel", Executed.CERTAINLY_NOT),
    ENDPOINT_CLOSED(EndpointClosedException.class, "awaiting reply", Executed.PERHAPS);

    private final Class<? extends CallException> type;
    private final String phase;
    private final Executed executed;

    Ending(Class<? extends CallException> type, String phase, Executed executed) {
      this.type = type;
      this.phase = phase;
      this.executed = executed;
    }
  }

  /** A call that has come to a bad end, and what is true of it. */
  private record Ended(Call call, InetSocketAddress peer, int serviceId) {}

  @BeforeEach
  void open() throws IOException {
    server = Endpoint.open(CONFIG);
    client = Endpoint.open(CONFIG);
    mute = new DatagramSocket(ANY_PORT);
    server.listen(UNATTENDED, ServiceOptions.DEFAULT);
    server.listen(BUSY, ServiceOptions.DEFAULT.chargedByUser()); // nobody charges it
    server.serve(
        REFUSING,
        call -> {
          call.input().readAllBytes();
          throw new ServiceCall.Abort(CODE);
        });
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    mute.close();
  }

  private Call newCall(int serviceId, CallOptions options) {
    return client.connect(server.localAddress(), serviceId, Security.none()).newCall(options);
  }

  private Ended send(int serviceId, CallOptions options) throws IOException {
    Call call = newCall(serviceId, options);
    call.send(ByteBuffer.allocate(100));
    return new Ended(call, server.localAddress(), serviceId);
  }

  private Ended send(InetSocketAddress peer, CallOptions options) throws IOException {
    Call call = client.connect(peer, UNATTENDED, Security.none()).newCall(options);
    call.send(ByteBuffer.allocate(100));
    return new Ended(call, peer, UNATTENDED);
  }

  private Ended end(Ending how) throws IOException {
    return switch (how) {
      case REMOTE_ABORT -> send(REFUSING, CallOptions.DEFAULT);
      case PEER_BUSY -> send(BUSY, CallOptions.DEFAULT);
      case TIME_OUT ->
          send(
              (InetSocketAddress) mute.getLocalSocketAddress(),
              CallOptions.DEFAULT.withNormalTimeout(MOMENT));
      case LOCAL_ABORT -> {
        Ended ended = send(UNATTENDED, CallOptions.DEFAULT);
        ended.call.abort(CODE);
        yield ended;
      }
      case LOCAL_ABORT_BEFORE_ANYTHING -> {
        Call call = newCall(UNATTENDED, CallOptions.DEFAULT);
        call.abort(CODE);
        yield new Ended(call, server.localAddress(), UNATTENDED);
      }
      case ENDPOINT_CLOSED -> {
        Ended ended = send(UNATTENDED, CallOptions.DEFAULT);
        client.close();
        yield ended;
      }
      case TOO_MANY_CALLS -> {
        for (int i = 0; i < 4; i++) {
          send(UNATTENDED, CallOptions.DEFAULT);
        }
        yield new Ended(
            newCall(UNATTENDED, CallOptions.DEFAULT), server.localAddress(), UNATTENDED);
      }
      case UNREACHABLE -> send(portWhereNobodyListens(), CallOptions.DEFAULT);
    };
  }

  private static InetSocketAddress portWhereNobodyListens() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(ANY_PORT)) {
      return new InetSocketAddress(ANY_PORT.getAddress(), socket.getLocalPort());
    }
  }

  @ParameterizedTest
  @EnumSource
  void exceptionSaysWhatIsKnownOfTheCall(Ending how) throws IOException {
    Ended ended = end(how);
    CallException thrown =
        catchThrowableOfType(how.type, () -> ended.call.read(ByteBuffer.allocate(1)));
    assertThat(thrown).isNotNull();
    assertThat(thrown.peer()).isEqualTo(ended.peer);
    assertThat(thrown.serviceId()).isEqualTo(ended.serviceId);
    assertThat(thrown.callName()).isNotEmpty().isEqualTo(ended.call.toString());
    assertThat(thrown.phase()).isEqualTo(how.phase);
    assertThat(thrown.bytesAcknowledged()).isBetween(0L, 100L);
    if (how.executed != Executed.CERTAINLY_NOT_IF_SENT_ONCE) {
      assertThat(thrown.mayHaveExecuted()).isEqualTo(how.executed == Executed.PERHAPS);
    }
    assertThat(thrown)
        .as("all of it is in the message")
        .hasMessageContainingAll(
            thrown.callName(),
            ended.peer.getAddress().getHostAddress() + ":" + ended.peer.getPort(),
            "service " + ended.serviceId,
            how.phase,
            thrown.bytesAcknowledged() + " bytes acknowledged");
  }

  @Test
  void everyTypeOfExceptionIsTried() {
    Set<Class<?>> tried =
        Stream.of(Ending.values()).map(ending -> ending.type).collect(Collectors.toSet());
    assertThat(tried).containsExactlyInAnyOrder(CallException.class.getPermittedSubclasses());
  }

  @Test
  void bytesThatThePeerHasAcknowledgedAreCounted() throws IOException {
    Call call = newCall(UNATTENDED, CallOptions.DEFAULT);
    call.write(ByteBuffer.allocate(600_000)); // more than is kept unacknowledged
    call.abort(CODE);
    CallException thrown =
        catchThrowableOfType(LocalAbortException.class, () -> call.write(ByteBuffer.allocate(1)));
    assertThat(thrown.phase()).isEqualTo("sending request");
    assertThat(thrown.bytesAcknowledged()).isPositive();
  }
}
