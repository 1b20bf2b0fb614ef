package heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.transport.DatagramPorts.Choice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UdpProxyTest {
  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final EndpointConfig CONFIG =
      EndpointConfig.DEFAULT.withBindAddress(HERE).withJumboPackets(1); // many small datagrams
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

  private static int echo(Endpoint client, InetSocketAddress to) throws IOException {
    try (Connection connection = client.connect(to, 1, Security.none());
        Call call = connection.newCall()) {
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
      assertThat(echo(one, proxy.address())).isEqualTo(BYTES - 1);
      assertThat(echo(two, proxy.address())).isEqualTo(BYTES - 1);

      // a datagram is counted after it was sent: the last may have been answered by then
      Eventually.until(() -> proxy.tally().forwarded() > 4 * BYTES / 1444, proxy::tally);
      UdpProxy.Tally tally = proxy.tally();
      assertThat(tally.clients()).isEqualTo(2);
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
        Endpoint client = Endpoint.open(CONFIG);
        Connection connection = client.connect(proxy.address(), 1, Security.none());
        Call call = connection.newCall()) {
      call.send(ByteBuffer.allocate(5000)); // several datagrams
      Eventually.until(() -> proxy.tally().lost() > 1, proxy::tally);

      assertThat(proxy.tally().forwarded()).isZero();
    }
  }
}
