package heddle.rxrpc.protocol;

import static heddle.rxrpc.protocol.PacketScript.SECOND;
import static heddle.rxrpc.protocol.PacketScript.client;
import static heddle.rxrpc.protocol.PacketScript.service;
import static heddle.rxrpc.protocol.PacketScript.servingService;
import static heddle.rxrpc.protocol.PacketScript.waitingClient;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.CallState.Phase;
import heddle.rxrpc.protocol.Completion.Timeout;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.PacketFlags;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a call does when time passes: one behaviour per test, named for it. */
class CallTimingTest {
  /** A call with packets 1 to {@code packets} in flight and a round-trip time of 40 ms. */
  private static PacketScript inFlight(int packets) {
    PacketScript call = client().write(2); // packet 1 goes out, with serial 1
    call.after(40).ack(2).quoting(1).arrives();
    call.write(packets); // completes packet 2; so many are complete now
    call.sent();
    return call;
  }

  @Nested
  class Loss {
    @Test
    void packetIsLostWhenALaterOneOfTheSameBurstHasArrivedAndTheReorderingWindowIsOver() {
      PacketScript call = inFlight(6); // 2 to 7
      call.after(40).ack(2).soft("-*****").quoting(7).arrives();
      assertThat(call.sentData()).isEmpty();
      assertThat(call.after(9.9).sentData()).isEmpty();
      assertThat(call.after(0.1).sentData()).containsExactly(2);
    }

    @Test
    void packetThatArrivesWithinTheReorderingWindowIsNotSentAgain() {
      PacketScript call = inFlight(6);
      call.after(40).ack(2).soft("-*****").quoting(7).arrives();
      call.after(9).ack(8).arrives();
      assertThat(call.after(100).sentData()).isEmpty();
    }

    @Test
    void severalHolesAreSentAgainTogether() {
      PacketScript call = inFlight(8); // 2 to 9
      call.after(40).ack(2).soft("-*-**-**").quoting(9).arrives();
      assertThat(call.after(10).sent()).containsExactly("DATA 2 ASK", "DATA 4 ASK", "DATA 7 ASK");
    }

    @Test
    void lossHalvesTheWindowOncePerRoundTrip() {
      PacketScript call = inFlight(16);
      call.after(40).ack(2).soft("-*-*********").arrives();
      int before = call.machine.congestion.window();
      call.after(10);
      int after = call.machine.congestion.window();
      assertThat(after).isEqualTo(before / 2);
      call.ack(2).soft("-*-*-*******").arrives();
      call.after(10);
      assertThat(call.machine.congestion.window()).isEqualTo(after);
    }

    @Test
    void copyThatIsLostToIsFoundByWhatWasSentAfterIt() {
      PacketScript call = inFlight(6); // 2 to 7, serials 2 to 7
      call.after(40).ack(2).soft("-*****").quoting(7).arrives().after(10); // 2 again: serial 8
      call.write(3).sent(); // 8 to 10: serials 9 to 11
      call.after(40).ack(2).soft("-********").quoting(11).arrives();
      assertThat(call.after(10).sentData()).containsExactly(2);
    }

    @Test
    void firstCopyThatArrivesLateIsNotTakenForTheSecond() {
      PacketScript call = inFlight(6);
      call.after(40).ack(2).soft("-*****").quoting(7).arrives().after(10);
      call.write(3).sent(); // 8 to 10 were sent before nothing that has arrived
      call.after(1).ack(8).arrives(); // too soon for the second copy of 2
      assertThat(call.after(50).sentData()).isEmpty();
    }

    @Test
    void needlessResendWidensTheReorderingWindow() {
      PacketScript call = inFlight(6);
      call.after(40).ack(2).soft("-*****").quoting(7).arrives().after(10);
      call.sent();
      call.after(40).ack(8).reason(AckReason.DUPLICATE).quoting(8).arrives();
      call.write(6).sent(); // 8 to 13, serials 9 to 14
      call.after(40).ack(8).soft("-*****").quoting(14).arrives();
      assertThat(call.after(15).sentData()).isEmpty();
      assertThat(call.after(6).sentData()).containsExactly(8);
    }

    @Test
    void softAckThatIsTakenBackIsFoundLost() {
      PacketScript call = inFlight(6); // 2 to 7
      call.after(40).ack(2).soft("******").quoting(7).arrives();
      assertThat(call.machine.send.inFlight()).isZero();
      call.ack(2).soft("**").arrives();
      assertThat(call.machine.send.inFlight()).isEqualTo(4);
      assertThat(call.after(1000).sentData()).contains(4, 5, 6, 7).doesNotContain(2, 3);
    }
  }

  @Nested
  class TailProbe {
    @Test
    void lostTailIsProbedAfterTwoRoundTrips() {
      PacketScript call = inFlight(6); // 2 to 7
      assertThat(call.after(79.9).sentData()).isEmpty();
      assertThat(call.after(0.1).sent()).containsExactly("DATA 7 ASK");
    }

    @Test
    void singlePacketIsProbedWhenThePeersDelayIsOverToo() {
      PacketScript call = inFlight(1);
      assertThat(call.after(199).sentData()).isEmpty();
      assertThat(call.after(2).sent()).containsExactly("DATA 2 ASK");
    }

    @Test
    void probeDoesNotShrinkTheWindow() {
      PacketScript call = inFlight(6);
      int before = call.machine.congestion.window();
      call.after(100);
      assertThat(call.machine.congestion.window()).isEqualTo(before);
    }

    @Test
    void answerToTheProbeFindsWhatIsMissing() {
      PacketScript call = inFlight(6);
      call.after(80).sent();
      call.after(40).ack(2).soft("-----*").quoting(8).arrives();
      assertThat(call.after(10).sentData()).containsExactly(2, 3, 4, 5, 6);
    }

    @Test
    void probeIsNewDataIfThereIsAny() {
      PacketScript call = inFlight(60); // more than the congestion window
      int next = call.machine.send.sentTop();
      assertThat(call.after(80).sentData()).containsExactly(next);
    }

    @Test
    void withoutAMeasuredRoundTripThereIsNoProbe() {
      PacketScript call = client().write(6);
      call.sent();
      assertThat(call.after(1_119).sentData()).isEmpty();
    }
  }

  @Nested
  class ResendTimeout {
    @Test
    void withoutASampleEverythingIsSentAgainAfterASecondAndThePeersDelay() {
      PacketScript call = client().write(6);
      call.sent();
      assertThat(call.after(1_120).sentData()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void timeoutsDoubleUpToTheGreatest() {
      PacketScript call = waitingClient();
      assertThat(call.after(1_120).sentData()).containsExactly(1);
      assertThat(call.after(2_239).sentData()).isEmpty();
      assertThat(call.after(1).sentData()).containsExactly(1);
      assertThat(call.after(4_479).sentData()).isEmpty();
      assertThat(call.after(1).sentData()).containsExactly(1);
      assertThat(call.after(4_999).sentData()).isEmpty();
      assertThat(call.after(1).sentData()).containsExactly(1);
    }

    @Test
    void measuredRoundTripEndsTheDoubling() {
      PacketScript call = client().write(2).after(4_000);
      call.sent();
      assertThat(call.machine.rtt.isBackedOff()).isTrue();
      call.ack(2).quoting(5).arrives(); // 2 was the first copy, 3 and 4 were pings
      assertThat(call.machine.rtt.isBackedOff()).isFalse();
    }

    @Test
    void unansweredProbeIsFollowedByTheTimeout() {
      PacketScript call = inFlight(6);
      call.after(80).sent(); // the probe
      assertThat(call.after(500).sentData()).startsWith(2, 3, 4, 5);
    }

    @Test
    void windowFallsToTheLeast() {
      PacketScript call = client().write(20).after(1_120);
      assertThat(call.machine.congestion.window()).isEqualTo(RenoController.MIN_WINDOW);
    }

    @Test
    void writingMoreDoesNotPutItOff() {
      PacketScript call = client().write(2);
      call.sent();
      for (int i = 0; i < 12; i++) {
        call.after(100).write(1);
      }
      assertThat(call.sentData().stream().filter(seq -> seq == 1)).isNotEmpty();
    }
  }

  @Nested
  class Silence {
    @Test
    void silentPeerIsPinged() {
      PacketScript call = servingService().writeBytes(1).end();
      call.ack(1).arrives().sent();
      assertThat(call.after(3_400).sent()).contains("ACK PING first=2 acked=0 ASK");
    }

    @Test
    void waitingClientPingsAndTheAnswerKeepsItWaiting() {
      PacketScript call = waitingClient();
      call.ack(2).arrives().sent();
      for (int i = 0; i < 10; i++) {
        assertThat(call.after(3_400).sent()).containsExactly("ACK PING first=1 acked=0 ASK");
        call.ack(2).reason(AckReason.PING_RESPONSE).quoting(2 + i).arrives();
      }
      assertThat(call.machine.state()).isEqualTo(Phase.AWAITING_REPLY);
    }

    @Test
    void answerToAPingMeasuresTheRoundTrip() {
      PacketScript call = waitingClient();
      call.ack(2).arrives().after(3_334).sent(); // serial 2
      call.after(25).ack(2).reason(AckReason.PING_RESPONSE).quoting(2).arrives();
      assertThat(call.peer.smoothedRttNanos()).isBetween(25_000_000L, 26_000_000L);
    }

    @Test
    void peerThatNeverAnswersTimesTheCallOut() {
      PacketScript call = waitingClient();
      call.after(19_999);
      assertThat(call.machine.isComplete()).isFalse();
      call.sent();
      assertThat(call.after(1).sent()).endsWith("ABORT -1");
      assertThat(call.completion()).isEqualTo(new Completion.TimedOut(Timeout.NORMAL));
    }

    @Test
    void timeInWhichThisSideWasStoppedIsNotThePeersSilence() {
      PacketScript call = waitingClient();
      call.ack(2).arrives().sent();
      call.stopped(1_000_000);
      assertThat(call.machine.isComplete()).isFalse();
      assertThat(call.machine.peerIsSilent(call.nowNanos())).isTrue();
      assertThat(call.sent())
          .as("the peer is asked")
          .containsExactly("ACK PING first=1 acked=0 ASK");
      call.after(20_000 - 3_333).sent();
      assertThat(call.completion()).isEqualTo(new Completion.TimedOut(Timeout.NORMAL));
    }

    @Test
    void pausesDoNotKeepACallWhosePeerIsGone() {
      PacketScript call = waitingClient();
      for (int i = 0; i < 20; i++) {
        call.after(2_000).stopped(4_000);
      }
      assertThat(call.completion()).isEqualTo(new Completion.TimedOut(Timeout.NORMAL));
    }

    @Test
    void timeInWhichThisSideWasStoppedIsNotThePeersIdleness() {
      PacketScript call = waitingClient();
      call.ack(2).arrives();
      call.stopped(1_000_000).ack(2).reason(AckReason.PING_RESPONSE).arrives();
      for (int i = 0; i < 50; i++) {
        call.after(1_000).ack(2).reason(AckReason.PING_RESPONSE).arrives();
      }
      assertThat(call.machine.isComplete()).isFalse();
    }

    @Test
    void peerThatAnswersPingsButDoesNothingTimesTheCallOut() {
      PacketScript call = waitingClient();
      call.ack(2).arrives();
      for (int i = 0; i < 59; i++) {
        call.after(1_000).ack(2).reason(AckReason.PING_RESPONSE).arrives();
      }
      assertThat(call.machine.isComplete()).isFalse();
      call.after(1_000);
      assertThat(call.completion()).isEqualTo(new Completion.TimedOut(Timeout.IDLE));
    }

    @Test
    void serviceThatIsStillWorkingHasAllTheTimeItWants() {
      PacketScript call = servingService().after(1_000_000);
      assertThat(call.machine.state()).isEqualTo(Phase.SERVING);
      assertThat(call.machine.nextDeadlineNanos()).isEqualTo(Timers.NEVER);
    }

    @Test
    void clientWhoDoesNotReadIsNotTheServersFault() {
      PacketScript call = waitingClient();
      for (int seq = 1; seq <= 255; seq++) {
        call.data(seq);
      }
      for (int i = 0; i < 100; i++) {
        call.after(1_000).ack(2).reason(AckReason.PING).arrives();
      }
      assertThat(call.machine.state()).isEqualTo(Phase.RECEIVING_REPLY);
    }

    @Test
    void clientThatGoesAwayInTheRequestTimesTheServiceOut() {
      PacketScript call = service().data(1).after(20_000);
      assertThat(call.completion()).isEqualTo(new Completion.TimedOut(Timeout.NORMAL));
    }

    @Test
    void wholeCallHasAHardLimit() {
      PacketScript call =
          new PacketScript(
                  Role.CLIENT, Limits.DEFAULT, new CallTimeouts(5 * SECOND, 0, 20 * SECOND))
              .attach()
              .writeBytes(1)
              .end();
      for (int i = 0; i < 49; i++) {
        call.after(100).ack(2).arrives();
      }
      assertThat(call.machine.isComplete()).isFalse();
      assertThat(call.after(100).completion()).isEqualTo(new Completion.TimedOut(Timeout.HARD));
    }

    @Test
    void hardLimitHoldsForACallThatWaitsForAChannel() {
      PacketScript call =
          new PacketScript(Role.CLIENT, Limits.DEFAULT, new CallTimeouts(5 * SECOND, 0, 0));
      assertThat(call.after(5_000).completion()).isEqualTo(new Completion.TimedOut(Timeout.HARD));
      assertThat(call.sent()).isEmpty();
    }
  }

  @Nested
  class Reachability {
    /** A service's call that has a request of 36 bytes from an address that may be forged. */
    private static PacketScript unproven(CallTimeouts timeouts) {
      return new PacketScript(Role.SERVICE, Limits.DEFAULT, timeouts).attach().lastData(1);
    }

    private static PacketScript unproven() {
      return unproven(PacketScript.TIMEOUTS);
    }

    @Test
    void unprovenAddressGetsAPingBeforeALargeReply() {
      PacketScript call = unproven().write(10).end();
      assertThat(call.sent()).containsExactly("ACK PING first=2 acked=0 ASK");
    }

    @Test
    void smallReplyNeedsNoProof() {
      PacketScript call = unproven().writeBytes(116).end();
      assertThat(call.sent()).containsExactly("DATA 1 LAST");
    }

    @Test
    void answerToThePingLetsTheReplyGo() {
      PacketScript call = unproven().write(10).end();
      call.sent();
      call.after(10).ack(1).reason(AckReason.PING_RESPONSE).quoting(1).arrives();
      assertThat(call.sentData()).hasSize(10);
    }

    @Test
    void acknowledgementThatWasPutOffAsksForTheProof() {
      PacketScript call = unproven().after(150);
      assertThat(call.sent()).containsExactly("ACK PING first=2 acked=0 ASK");
      call.ack(1).reason(AckReason.PING_RESPONSE).quoting(1).arrives();
      call.sent();
      assertThat(call.write(10).end().sentData()).hasSize(10);
    }

    @Test
    void lostPingIsRepeatedSoon() {
      PacketScript call = unproven().write(10).end();
      call.sent();
      assertThat(call.after(501).sent()).containsExactly("ACK PING first=2 acked=0 ASK");
    }

    @Test
    void lostPingIsRepeatedWithoutTimeoutsToo() {
      PacketScript call = unproven(new CallTimeouts(0, 0, 0)).write(10).end();
      call.sent();
      assertThat(call.after(501).sent()).containsExactly("ACK PING first=2 acked=0 ASK");
    }

    @Test
    void forgedRequestMakesUsSendAtMostFourTimesItsBytes() {
      PacketScript call = unproven().write(10).end().after(100_000);
      assertThat(call.machine.isComplete()).isTrue();
      assertThat(call.bytesSent()).isBetween(65, 4 * 36);
    }

    @Test
    void forgedRequestOfManyPacketsMakesUsSendAtMostFourTimesTheirBytes() {
      PacketScript call = new PacketScript(Role.SERVICE, Limits.DEFAULT, PacketScript.TIMEOUTS);
      call.attach();
      for (int seq = 250; seq > 200; seq--) {
        call.data(seq, PacketFlags.REQUEST_ACK);
      }
      call.after(100_000);
      assertThat(call.bytesSent()).isBetween(65, 4 * 36 * 50);
    }

    @Test
    void clientWhoRepeatsItselfGetsItsReplyThoughPingsWereLost() {
      PacketScript call = unproven().write(10).end().after(5_000);
      call.sent();
      assertThat(call.lastData(1).sent()).contains("ACK PING first=2 acked=0 ASK");
    }
  }
}
