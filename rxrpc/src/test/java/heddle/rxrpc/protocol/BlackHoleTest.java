package heddle.rxrpc.protocol;

import static heddle.rxrpc.protocol.PacketScript.client;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.wire.AckReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A path that swallows what is large, while the peer answers what is small. */
class BlackHoleTest {
  private static final long RTT_MILLIS = 10;

  /** A call in which 5 packets were acknowledged and all that is in flight now gets lost. */
  private static PacketScript call() {
    PacketScript call = client().write(6).after(RTT_MILLIS);
    call.ack(6).quoting(5).arrives().write(20);
    call.sent();
    return call;
  }

  /** Lets time pass in which the peer answers pings, with what it has. */
  private static void answering(PacketScript call, int millis, PacketScript.Ack... state) {
    for (int i = 0; i < millis; i++) {
      call.after(1);
      if (call.pingOut() != 0) {
        int ping = call.pingOut();
        call.forgetPing();
        (state.length == 0 ? call.ack(6) : state[0])
            .reason(AckReason.PING_RESPONSE)
            .quoting(ping)
            .arrives();
      }
    }
  }

  private static PacketScript untilQuiet(PacketScript call) {
    for (int i = 0; i < 2_000 && !call.machine.hole.isQuiet(); i++) {
      answering(call, 1);
    }
    assertThat(call.machine.hole.isQuiet()).isTrue();
    call.sent();
    return call;
  }

  @Test
  void peerThatAnswersWhileNothingLargeArrivesSitsBehindABlackHole() {
    PacketScript call = call();
    answering(call, 1_500);
    assertThat(call.peer.packetBytes()).isEqualTo(PathMtu.BASE);
  }

  @Test
  void peerThatDoesNotAnswerIsOnlySilent() {
    PacketScript call = call().after(10_000);
    assertThat(call.peer.packetBytes()).isEqualTo(1444);
  }

  @Test
  void lossOfWhatIsSmallIsNoBlackHole() {
    PacketScript call = client().writeBytes(100).end().after(RTT_MILLIS);
    call.ack(1).reason(AckReason.PING_RESPONSE).arrives();
    answering(call, 5_000, call.ack(1));
    assertThat(call.peer.packetBytes()).isEqualTo(1444);
  }

  @Test
  void whatWasNeverSentIsCutAgainAtOnceAndWhatWasSentIsNot() {
    PacketScript call = call().write(40);
    answering(call, 1_500);
    assertThat(call.machine.send.packet(6).length).isEqualTo(1416);
    assertThat(call.machine.send.packet(call.machine.send.sentTop()).length)
        .isEqualTo(PathMtu.BASE - 28);
  }

  @Test
  void allIsCutAgainWhenThePeerHasSaidAfterAQuietTimeThatItHasNothing() {
    PacketScript call = untilQuiet(call());
    answering(call, (int) (BlackHole.QUIET_NANOS / PacketScript.MILLI) + 1);
    List<Integer> data = call.sentData();
    assertThat(data).startsWith(6, 7, 8, 9);
    assertThat(call.machine.send.packet(6).length).isEqualTo(PathMtu.BASE - 28);
  }

  @Test
  void nothingIsCutAgainThatThePeerMayHave() {
    PacketScript call = call();
    answering(call, 60_000, call.ack(6).soft("-*"));
    assertThat(call.machine.send.packet(6).length).isEqualTo(1416);
  }

  @Test
  void quietTimeIsQuiet() {
    PacketScript call = untilQuiet(call());
    answering(call, (int) (BlackHole.QUIET_NANOS / PacketScript.MILLI) - 1);
    assertThat(call.sentData()).isEmpty();
    assertThat(call.machine.hole.isQuiet()).isTrue();
  }

  @Test
  void packetThatArrivesAfterAllEndsTheQuietTime() {
    PacketScript call = untilQuiet(call());
    call.ack(7).arrives();
    assertThat(call.machine.hole.isQuiet()).isFalse();
    assertThat(call.sentData()).startsWith(7);
    assertThat(call.machine.send.packet(7).length).isEqualTo(1416);
  }

  @Test
  void callOnAColdPathBeginsSmallWithAProbe() {
    PacketScript call = client().coldPath().after(20_000).writeBytes(20_000);
    assertThat(call.machine.send.packet(2).length).isEqualTo(PathMtu.BASE - 28);
    int ping = call.pingOut();
    assertThat(call.lengthOfPing()).isEqualTo(1444);
    call.ack(2).reason(AckReason.PING_RESPONSE).quoting(ping).arrives();
    call.writeBytes(10_000);
    assertThat(call.machine.send.packet(call.machine.send.sentTop()).length).isEqualTo(1416);
  }

  @Test
  void smallCallOnAColdPathNeedsNoProbe() {
    PacketScript call = client().coldPath().after(20_000).writeBytes(1_000).end();
    assertThat(call.sent()).containsExactly("DATA 1 LAST");
  }

  @Test
  void firstPacketOfACallIsSmallSoThatThePeerKnowsIt() {
    PacketScript call = client().writeBytes(10_000);
    assertThat(call.machine.send.packet(1).length).isEqualTo(PathMtu.BASE - 28);
    assertThat(call.machine.send.packet(2).length).isEqualTo(1416);
  }

  @Test
  void peerWhoseReaderMakesAPauseIsNoBlackHole() {
    PacketScript call = call();
    call.ack(6).window(0).arrives();
    answering(call, 10_000, call.ack(6).window(0));
    assertThat(call.peer.packetBytes()).isEqualTo(1444);
    assertThat(call.machine.hole.isQuiet()).isFalse();
  }
}
