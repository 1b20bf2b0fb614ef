package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.transport.DatagramPorts.Choice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real network says that nobody listens: that ends who talks to nobody, on both ports. */
@Timeout(60)
class DeadPeerTest {
  private static final int SERVICE = 5;
  private static final CallTimeouts NO_LIMITS = new CallTimeouts(0, 0, 0);
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static LocalEndpoint open(Choice choice) throws IOException {
    assumeTrue(
        choice != Choice.NATIVE || NativeSupport.get().calls().isPresent(),
        NativeSupport.get().reason());
    return LocalEndpoint.over(
        DatagramPorts.open(ANY_PORT, choice), PacketScript.settings(4), new Random(1));
  }

  private static InetSocketAddress deadAddress() throws IOException {
    try (DatagramPort port = DatagramPorts.open(ANY_PORT, Choice.PORTABLE)) {
      return port.localAddress();
    }
  }

  private static CallDriver call(LocalEndpoint client, InetSocketAddress to) {
    Bundle bundle = client.acquireBundle(to, SERVICE, Security.none());
    return client.newCall(bundle, NO_LIMITS, LocalEndpoint.Sharing.SHARED, 0);
  }

  @ParameterizedTest
  @EnumSource(
      value = Choice.class,
      names = {"NATIVE", "PORTABLE"})
  void callToAPortWhereNobodyListensEndsAndNoOtherDoes(Choice choice) throws Exception {
    try (LocalEndpoint client = open(choice);
        LocalEndpoint server = open(choice)) {
      HostedService service =
          server.listen(
              SERVICE,
              new HostedService.Options(4, 10, 10, HostedService.Charging.AUTOMATIC, NO_LIMITS));
      CallDriver alive = call(client, server.localAddress());
      alive.send(ByteBuffer.allocate(4), true);
      CallDriver dead = call(client, deadAddress());
      assertThatThrownBy(
              () -> {
                dead.send(ByteBuffer.allocate(4), true);
                dead.read(ByteBuffer.allocate(4));
              })
          .isInstanceOfSatisfying(
              CallEndedException.class,
              e ->
                  assertThat(e.completion())
                      .isInstanceOfSatisfying(
                          Completion.Unreachable.class,
                          how -> assertThat(how.why()).startsWith("port unreachable")));
      CallDriver served = service.accept();
      served.send(ByteBuffer.allocate(3), true);
      assertThat(alive.read(ByteBuffer.allocate(4))).isEqualTo(3);
    }
  }
}
