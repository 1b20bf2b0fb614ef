package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.Call;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client hears only whom it has asked: a host with several addresses must answer from that one.
 */
@Timeout(60)
class WildcardEndpointTest {
  private static final int ECHO = 147;

  private static byte[] echo(Endpoint client, InetSocketAddress server, int service)
      throws IOException {
    try (Connection connection = client.connect(server, service, Security.none());
        Call call = connection.newCall(CallOptions.within(Duration.ofSeconds(30)))) {
      call.send(ByteBuffer.wrap(Datagrams.bytes(100_000, 0)));
      return call.input().readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1"})
  void callsAreAnsweredFromTheAddressThatWasAsked(String address) throws IOException {
    assumeTrue(NativeSupport.get().calls().isPresent(), NativeSupport.get().reason());
    if (address.contains(":")) {
      DatagramPortContract.assumeIpv6();
    }
    try (Endpoint server = Endpoint.open();
        Endpoint client = Endpoint.open()) {
      server.serve(ECHO, call -> call.output().write(call.input().readAllBytes()));
      InetSocketAddress asked = new InetSocketAddress(address, server.localAddress().getPort());
      assertThat(echo(client, asked, ECHO)).isEqualTo(Datagrams.bytes(100_000, 0));
    }
  }

  @Test
  void refusalsComeFromTheAddressThatWasAsked() throws IOException {
    assumeTrue(NativeSupport.get().calls().isPresent(), NativeSupport.get().reason());
    try (Endpoint server = Endpoint.open();
        Endpoint client = Endpoint.open()) {
      InetSocketAddress asked = new InetSocketAddress("127.0.0.2", server.localAddress().getPort());
      assertThatThrownBy(() -> echo(client, asked, ECHO))
          .isInstanceOfSatisfying(
              RemoteAbortException.class,
              e -> assertThat(e.code()).isEqualTo(AbortCodes.RX_INVALID_OPERATION));
    }
  }
}
