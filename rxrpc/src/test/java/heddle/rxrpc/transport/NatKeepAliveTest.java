package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.StepwiseEndpoint.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.trace.Diagnosis;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NatKeepAliveTest {
  private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.1", 7000);
  private static final InetSocketAddress OTHER = new InetSocketAddress("192.0.2.2", 7000);

  /** A call that is made and aborted leaves an idle wire connection behind. */
  private static void makeConnection(StepwiseEndpoint stepwise, InetSocketAddress server)
      throws CallEndedException {
    LocalEndpoint endpoint = stepwise.endpoint();
    Bundle bundle = endpoint.acquireBundle(server, 1, Security.none());
    CallDriver call =
        endpoint.newCall(bundle, new CallTimeouts(0, 0, 0), LocalEndpoint.Sharing.SHARED, 0);
    call.trySend(ByteBuffer.allocate(4), true);
    call.abort(-6, AbortReason.USER);
    endpoint.calls().remove(call);
    bundle.release();
    stepwise.takeSent();
  }

  /** Returns after how many seconds each sign of life went out, as {@code address@seconds}. */
  private static List<String> signsOfLife(StepwiseEndpoint stepwise, long startNanos)
      throws Exception {
    List<String> signs = new ArrayList<>();
    for (StepwiseEndpoint.Sent sent : stepwise.takeSent()) {
      PacketHeader header = PacketHeader.decode(sent.bytes().duplicate());
      assertThat(header.type()).isEqualTo(PacketType.VERSION);
      String seconds = "@" + (sent.atNanos() - startNanos) / SECOND;
      signs.add(sent.to().getAddress().getHostAddress() + seconds);
    }
    return signs;
  }

  @Test
  void signsOfLifeGoToServersAsLongAsThereAreConnections() throws Exception {
    try (StepwiseEndpoint stepwise = new StepwiseEndpoint(Diagnosis.ALL, 25 * SECOND)) {
      makeConnection(stepwise, SERVER);
      long start = stepwise.nowNanos();
      stepwise.runToTheEnd();
      assertThat(signsOfLife(stepwise, start))
          .containsExactly("192.0.2.1@25", "192.0.2.1@50", "192.0.2.1@75", "192.0.2.1@100");
      assertThat(stepwise.endpoint().timers().size()).isZero();
    }
  }

  @Test
  void eachServerHasItsOwnSilence() throws Exception {
    try (StepwiseEndpoint stepwise = new StepwiseEndpoint(Diagnosis.ALL, 50 * SECOND)) {
      makeConnection(stepwise, SERVER);
      long start = stepwise.nowNanos();
      stepwise.advance(25 * SECOND);
      makeConnection(stepwise, OTHER);
      stepwise.runToTheEnd();
      assertThat(signsOfLife(stepwise, start))
          .containsExactly("192.0.2.1@50", "192.0.2.2@75", "192.0.2.1@100", "192.0.2.2@125");
    }
  }

  @Test
  void signOfLifeIsWhatLinuxSends() throws Exception {
    try (StepwiseEndpoint stepwise = new StepwiseEndpoint(Diagnosis.ALL, 20 * SECOND)) {
      makeConnection(stepwise, SERVER);
      stepwise.advance(20 * SECOND);
      stepwise.endpoint().timers().fireDue();
      ByteBuffer sign = stepwise.takeSent().get(0).bytes();
      PacketHeader header = PacketHeader.decode(sign);
      assertThat(header.toString())
          .isEqualTo(String.format("%08x:00000000 #0 VERSION   serial=0 LAST", header.epoch()));
      assertThat(header.epoch()).isEqualTo(stepwise.endpoint().epoch());
      assertThat(sign.remaining()).isEqualTo(1);
      assertThat(sign.get()).isZero();
    }
  }

  @Test
  void noSignsOfLifeWhereTheyAreTurnedOff() throws Exception {
    try (StepwiseEndpoint stepwise = new StepwiseEndpoint(Diagnosis.ALL, 0)) {
      makeConnection(stepwise, SERVER);
      stepwise.runToTheEnd();
      assertThat(stepwise.takeSent()).isEmpty();
    }
  }
}
