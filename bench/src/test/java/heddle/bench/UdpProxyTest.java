package heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.Call;
import heddle.rxrpc.CallException;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.transport.DatagramPorts.Choice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UdpProxyTest {
  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final EndpointConfig CONFIG = EndpointConfig.DEFAULT.withBindAddress(HERE);
  private static final int BYTES = 300_000;

  private static Endpoint server() throws IOException {
    Endpoint server = Endpoint.open(CONFIG);
    server.serve(
        1,
        call -> {
          ByteBuffer buffer = ByteBuffer.allocate(BYTES);
          while (call.read(buffer) >= 0) {}
          call.reply(buffer.flip());
        });
    return server;
  }

  private static int echo(Endpoint client, InetSocketAddress to, Duration within)
      throws IOException {
    try (Connection connection = client.connect(to, 1, Security.none());
        Call call = connection.newCall(CallOptions.within(within))) {
      call.send(ByteBuffer.allocate(BYTES - 1));
      ByteBuffer reply = ByteBuffer.allocate(BYTES);
      while (call.read(reply) >= 0) {}
      return reply.position();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Choice.class,
      names = {"BEST", "PORTABLE"})
  void severalClientsReachTheServerAndBack(Choice choice) throws IOException {
    try (Endpoint server = server();
        UdpProxy proxy =
            UdpProxy.start(HERE, server.localAddress(), new UdpProxy.Path(0, 0.01), 1, choice);
        Endpoint one = Endpoint.open(CONFIG);
        Endpoint two = Endpoint.open(CONFIG)) {
      assertThat(echo(one, proxy.address(), Duration.ZERO)).isEqualTo(BYTES - 1);
      assertThat(echo(two, proxy.address(), Duration.ZERO)).isEqualTo(BYTES - 1);

      UdpProxy.Tally tally = proxy.tally();
      assertThat(tally.clients()).isEqualTo(2);
      assertThat(tally.forwarded()).isGreaterThan(4 * BYTES / 1444);
      assertThat(tally.lost()).isPositive();
      assertThat(tally.overflowed()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Choice.class,
      names = {"BEST", "PORTABLE"})
  void pathThatLosesAllLetsNothingThrough(Choice choice) throws IOException {
    try (Endpoint server = server();
        UdpProxy proxy =
            UdpProxy.start(HERE, server.localAddress(), new UdpProxy.Path(0, 1), 1, choice);
        Endpoint client = Endpoint.open(CONFIG)) {
      assertThatThrownBy(() -> echo(client, proxy.address(), Duration.ofMillis(300)))
          .isInstanceOf(CallException.class);
      assertThat(proxy.tally().forwarded()).isZero();
      assertThat(proxy.tally().lost()).isPositive();
    }
  }
}
