package heddle.afs.location;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsException;
import heddle.rxrpc.Call;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What calls over loopback that fail are taken for. */
class CallFailureTest {
  private static final int SERVICE = 1;
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final String ADVICE =
      "; check that the server runs, and that no firewall or route keeps UDP packets from it";

  private Endpoint server;
  private Endpoint client;
  private Connection connection;

  @BeforeEach
  void open() throws IOException {
    server = Endpoint.open(LOOPBACK);
    server.listen(SERVICE, ServiceOptions.DEFAULT); // nobody answers what it announces
    client = Endpoint.open(LOOPBACK);
    connection = client.connect(server.localAddress(), SERVICE, Security.none());
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static void assertInterrupted(ThrowingCallable step, boolean mayHaveExecuted) {
    Thread.currentThread().interrupt();
    assertThatThrownBy(step)
        .isInstanceOfSatisfying(
            InterruptedIOException.class,
            e -> {
              CallFailure failure = CallFailure.of(e);
              assertThat(failure.kind()).isEqualTo(CallFailure.Kind.INTERRUPTED);
              assertThat(failure.mayHaveExecuted()).isEqualTo(mayHaveExecuted);
            });
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whatWasInterruptedBeforeItWasSentWasNotExecuted() {
    try (Call call = connection.newCall()) {
      assertInterrupted(() -> call.send(ByteBuffer.allocate(4)), false);
    }
  }

  @Test
  void whatWasInterruptedLaterMayHaveBeenExecuted() throws IOException {
    try (Call call = connection.newCall()) {
      call.send(ByteBuffer.allocate(4));
      assertInterrupted(() -> call.read(ByteBuffer.allocate(4)), true);
    }
  }

  /** Returns what is said of a call that fails, as one that was tried for 30 s. */
  private String said(InetSocketAddress address, CallOptions options) {
    Connection there = client.connect(address, SERVICE, Security.none());
    try (Call call = there.newCall(options)) {
      call.send(ByteBuffer.allocate(4));
      call.read(ByteBuffer.allocate(4));
      throw new AssertionError("somebody has answered");
    } catch (IOException e) {
      CallFailure met = CallFailure.of(e);
      AfsException failure = met.toAfsException("reading a file", Duration.ofSeconds(30));
      assertThat(failure).isInstanceOf(AfsException.ServersUnreachable.class);
      assertThat(met.notBegun().toAfsException("reading a file", Duration.ofSeconds(30)))
          .as("a change that was not begun because of it")
          .hasMessage(failure.getMessage());
      return String.valueOf(failure.getMessage());
    }
  }

  @Test
  void ofAServerThatIsSilentTheUserIsToldWhatToCheck() throws IOException {
    try (var silent = new DatagramSocket(0, server.localAddress().getAddress())) {
      var address = new InetSocketAddress(silent.getLocalAddress(), silent.getLocalPort());
      assertThat(said(address, CallOptions.DEFAULT.withNormalTimeout(MOMENT)))
          .isEqualTo(
              "reading a file: no answer from UDP port "
                  + address.getPort()
                  + ", tried for 30 s"
                  + ADVICE);
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere nobody says that a port is closed")
  void ofAServerThatIsNotThereTheUserIsToldWhatToCheck() throws IOException {
    InetSocketAddress gone;
    try (var closed = new DatagramSocket(0, server.localAddress().getAddress())) {
      gone = new InetSocketAddress(closed.getLocalAddress(), closed.getLocalPort());
    }
    assertThat(said(gone, CallOptions.DEFAULT))
        .startsWith("reading a file: UDP port " + gone.getPort() + " cannot be reached (port unrea")
        .endsWith("), tried for 30 s" + ADVICE);
  }

  @Test
  void aServerThatMayBeThereIsNotSaidToBeSilent() {
    for (CallOptions options :
        List.of(CallOptions.DEFAULT.withIdleTimeout(MOMENT), CallOptions.within(MOMENT))) {
      assertThat(said(server.localAddress(), options))
          .isEqualTo(
              "reading a file: the call was not done in time, tried for 30 s; the server may have too"
                  + " much to do, or the way to it lose packets");
    }
  }

  @Test
  void whatWasNotTriedForLongIsSaidWithoutATime() {
    var failure = CallFailure.notBegun(CallFailure.Kind.UNREACHABLE, "it has no address");
    assertThat(failure.toAfsException("reading a file"))
        .hasMessage("reading a file: it has no address");
  }
}
