package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Channels: who gets which, who waits, and that nobody is forgotten. */
class BundleTest {
  private final PacketScript script = new PacketScript(1);
  private final Bundle bundle = script.bundle(1);

  @AfterEach
  void close() {
    script.close();
  }

  private List<CallDriver> takeAllChannels() throws CallEndedException {
    List<CallDriver> holders = new ArrayList<>();
    for (int i = 0; i < ConnectionDriver.CHANNELS; i++) {
      CallDriver holder = script.call(bundle);
      assertThat(send(holder, 4)).isTrue();
      holders.add(holder);
    }
    return holders;
  }

  @Test
  void endOfAnExclusiveCallDoesNotLoseWhoWaitsForASharedChannel() throws CallEndedException {
    CallDriver exclusive = script.call(bundle, Sharing.EXCLUSIVE);
    assertThat(send(exclusive, 4)).isTrue();
    List<CallDriver> holders = takeAllChannels();
    CallDriver waiting = script.call(bundle);
    assertThat(send(waiting, 4)).isFalse();

    exclusive.abort(1, AbortReason.USER);
    assertThat(send(waiting, 4)).as("no channel is free yet").isFalse();
    holders.get(0).abort(1, AbortReason.USER);
    assertThat(send(waiting, 4)).isTrue();
  }

  @Test
  void closingTheEndpointGivesNobodyTheChannelsThatGetFree() throws CallEndedException {
    takeAllChannels();
    CallDriver waiting = script.call(bundle);
    assertThat(send(waiting, 4)).isFalse();

    script.close();
    assertThat(waiting.phase()).isEqualTo("waiting for a channel");
    assertThat(waiting.completion()).isEqualTo(Completion.Plain.ENDPOINT_CLOSED);
  }

  @Test
  void callThatHasEndedTakesNoChannelFromABundleThatItNoLongerHolds() {
    CallDriver ended = script.call(bundle);
    ended.abort(1, AbortReason.USER);

    assertThatThrownBy(() -> send(ended, 4)).isInstanceOf(CallEndedException.class);
    assertThat(script.endpoint.connectionCount()).isZero();
  }
}
