package heddle.afs.location;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What calls over loopback that fail are taken for. */
class CallFailureTest {
  private static final int SERVICE = 1;

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
}
