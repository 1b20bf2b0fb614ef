package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An endpoint that closes leaves nothing in any table or queue, whatever was under way. */
class EndpointCloseTest {
  private static final int SERVICE = 7;
  private static final int OTHER_SERVICE = 8;
  private static final int CHANNELS = 4;

  private final PacketScript script = new PacketScript(1);
  private final LocalEndpoint endpoint = script.endpoint;

  @AfterEach
  void close() {
    script.close();
  }

  private List<CallDriver> callsThatTakeAllChannelsAndThreeMore(Bundle bundle) throws Exception {
    List<CallDriver> calls = new ArrayList<>();
    for (int i = 0; i < CHANNELS + 3; i++) {
      CallDriver call = script.call(bundle);
      assertThat(send(call, 4)).isEqualTo(i < CHANNELS);
      calls.add(call);
    }
    return calls;
  }

  private void request(int cid, int flags) {
    script.receive(script.request(SERVICE, cid, 1, 1, flags));
  }

  @Test
  void nothingIsLeft() throws Exception {
    Bundle bundle = script.bundle(SERVICE);
    final List<CallDriver> calls = callsThatTakeAllChannelsAndThreeMore(bundle);
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    HostedService other = script.listen(OTHER_SERVICE, Charging.BY_USER);
    assertThat(other.charge(1, "attachment")).isTrue();
    for (int cid = 4; cid < 7; cid++) {
      request(cid, cid == 4 ? 0 : PacketFlags.LAST_PACKET);
    }
    CallDriver served = service.tryAccept();
    script.sent();
    assertThat(bundle.waitingCalls()).isEqualTo(3);
    assertThat(service.queuedCalls()).isPositive();
    assertThat(endpoint.sender().idleBatches()).isPositive();
    assertThat(endpoint.leftovers()).hasSize(6);

    endpoint.close();

    assertThat(endpoint.leftovers()).isEmpty();
    assertThat(endpoint.sender().idleBatches()).isZero();
    assertThat(bundle.waitingCalls()).isZero();
    assertThat(service.queuedCalls() + other.queuedCalls()).isZero();
    assertThat(calls)
        .extracting(CallDriver::completion)
        .containsOnly(Completion.Plain.ENDPOINT_CLOSED);
    assertThat(served.completion()).isEqualTo(Completion.Plain.ENDPOINT_CLOSED);
    assertThat(script.sent(PacketType.ABORT))
        .as("every call that the peer may know of, those that nobody had accepted as well")
        .hasSize(CHANNELS + 3);
    served.userDone();
    assertThat(service.activeCalls()).isZero();
    assertThat(service.activeClients()).isZero();
  }

  @Test
  void nothingComesInAfterwards() throws Exception {
    Bundle bundle = script.bundle(SERVICE);
    HostedService service = script.listen(SERVICE, Charging.BY_USER);
    endpoint.close();

    CallDriver late = script.call(bundle);
    CallDriver elsewhere = script.call(script.bundle(OTHER_SERVICE));
    CallDriver alone = script.call(bundle, LocalEndpoint.Sharing.EXCLUSIVE);
    for (CallDriver call : List.of(late, elsewhere, alone)) {
      assertThatThrownBy(() -> send(call, 4))
          .isInstanceOfSatisfying(
              CallEndedException.class,
              e -> assertThat(e.completion()).isEqualTo(Completion.Plain.ENDPOINT_CLOSED));
    }
    assertThatThrownBy(() -> script.listen(OTHER_SERVICE, Charging.BY_USER))
        .isInstanceOf(IllegalStateException.class);
    assertThat(service.charge(1, null)).isFalse();
    request(4, PacketFlags.LAST_PACKET);

    assertThat(endpoint.leftovers()).isEmpty();
    assertThat(endpoint.sender().idleBatches()).isZero();
    assertThat(service.queuedCalls()).isZero();
  }

  /** The user has not begun with it, so that it has no channel and asks for none. */
  @Test
  void callThatHasSentNothingKnowsThatItIsOver() {
    CallDriver call = script.call(script.bundle(SERVICE));
    endpoint.close();
    assertThatThrownBy(() -> call.tryRead(ByteBuffer.allocate(1)))
        .isInstanceOf(CallEndedException.class);
    assertThat(call.mayHaveExecuted()).isFalse();
    assertThat(script.sent()).isEmpty();
  }

  @Test
  void replyThatHadComeIsReadAllTheSame() throws Exception {
    CallDriver call = script.call(script.bundle(SERVICE));
    send(call, 4);
    script.receive(
        script.data(script.sent(PacketType.DATA).getFirst(), 1, PacketFlags.LAST_PACKET));
    endpoint.close();
    ByteBuffer reply = ByteBuffer.allocate(8);
    assertThat(call.tryRead(reply)).isEqualTo(4);
    assertThat(call.tryRead(reply)).isEqualTo(-1);
  }
}
