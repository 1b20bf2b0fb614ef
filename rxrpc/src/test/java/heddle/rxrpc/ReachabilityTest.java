package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What keeps what alive: a completed call and a closed endpoint hold nothing of each other. */
@Timeout(60)
class ReachabilityTest {
  private static final int SERVICE = 9;

  private static void echo(ServiceCall call) throws IOException {
    call.output().write(call.input().readAllBytes());
  }

  private static void awaitCleared(WeakReference<?> reference) {
    // until the test's time is over: the receive thread may still be on its way out of the call
    while (reference.get() != null) {
      System.gc();
    }
  }

  @Test
  void closedEndpointIsUnreachableThoughTheUserHoldsItsCall() throws IOException {
    try (Endpoint server = Endpoint.open(LOOPBACK)) {
      server.serve(SERVICE, ReachabilityTest::echo);
      Leftover leftover = callAndCloseTheEndpoint(server.localAddress());
      awaitCleared(leftover.endpoint);
      assertThatThrownBy(() -> leftover.call.send(ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private record Leftover(Call call, WeakReference<Object> endpoint) {}

  private static Leftover callAndCloseTheEndpoint(InetSocketAddress server) throws IOException {
    try (Endpoint client = Endpoint.open(LOOPBACK)) {
      Call call = client.connect(server, SERVICE, Security.none()).newCall();
      call.send(ByteBuffer.allocate(4));
      assertThat(call.input().readAllBytes()).hasSize(4);
      return new Leftover(call, new WeakReference<>(client.localForTests()));
    }
  }

  @Test
  void completedCallIsUnreachableThoughTheUserHoldsItsEndpoint() throws IOException {
    try (Endpoint server = Endpoint.open(LOOPBACK);
        Endpoint client = Endpoint.open(LOOPBACK)) {
      server.serve(SERVICE, ReachabilityTest::echo);
      Connection connection = client.connect(server.localAddress(), SERVICE, Security.none());
      awaitCleared(callOnce(connection));
      assertThat(client.localAddress().getPort()).isPositive();
    }
  }

  private static WeakReference<Object> callOnce(Connection connection) throws IOException {
    try (Call call = connection.newCall()) {
      call.send(ByteBuffer.allocate(4));
      assertThat(call.input().readAllBytes()).hasSize(4);
      return new WeakReference<>(call.driverForTests());
    }
  }
}
