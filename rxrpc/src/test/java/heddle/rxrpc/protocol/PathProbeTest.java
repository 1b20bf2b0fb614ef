package heddle.rxrpc.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which calls find out how large a datagram the path carries. */
class PathProbeTest {
  private static final int WORTHWHILE = 16; // packets

  private final PacketScript call = PacketScript.waitingClient();

  private void receive(int from, int to) {
    for (int seq = from; seq <= to; seq++) {
      call.data(seq);
    }
  }

  @Test
  void callThatOnlyReceivesProbesSoThatThePeerCanBeToldWhatMayCome() {
    receive(1, WORTHWHILE - 1);
    assertThat(call.pingOut()).isZero();
    receive(WORTHWHILE, WORTHWHILE);
    assertThat(call.pingOut()).isNotZero();
    assertThat(call.lengthOfPing()).isEqualTo(1444);
  }

  @Test
  void itProbesOnce() {
    receive(1, WORTHWHILE);
    call.forgetPing();
    receive(WORTHWHILE + 1, 3 * WORTHWHILE);
    assertThat(call.pingOut()).isZero();
  }
}
