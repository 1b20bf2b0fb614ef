package heddle.rxrpc.protocol;

import static heddle.rxrpc.protocol.PacketScript.client;
import static heddle.rxrpc.protocol.PacketScript.service;
import static heddle.rxrpc.protocol.PacketScript.servingService;
import static heddle.rxrpc.protocol.PacketScript.waitingClient;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.CallState.Phase;
import heddle.rxrpc.protocol.Completion.Plain;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.PacketFlags;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One behaviour of a call per test, named for it. */
class CallMachineTest {
  private static final int ASK = PacketFlags.REQUEST_ACK;

  private static Integer[] range(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toArray(Integer[]::new);
  }

  @Nested
  class Receiving {
    @Test
    void duplicateDataIsAcknowledgedAtOnce() {
      PacketScript call = service().data(1).after(200);
      call.sent();
      assertThat(call.data(1).sent()).containsExactly("ACK DUPLICATE first=2 acked=102");
    }

    @Test
    void duplicateThatAsksForAnAckIsToldThatItIsADuplicate() {
      PacketScript call = service().data(1).after(200);
      call.sent();
      assertThat(call.data(1, ASK).sent()).containsExactly("ACK DUPLICATE first=2 acked=102");
    }

    @Test
    void delayedAckGoesOutAfterAckDelay() {
      PacketScript call = service().data(1);
      assertThat(call.after(99.9).sent()).isEmpty();
      assertThat(call.after(0.1).sent()).containsExactly("ACK DELAY first=2 acked=0");
      assertThat(call.after(1000).sent()).isEmpty();
    }

    @Test
    void everySecondPacketInOrderIsAcknowledged() {
      PacketScript call = service().data(1).data(2).data(3).data(4);
      assertThat(call.sent())
          .containsExactly("ACK DELAY first=3 acked=102", "ACK DELAY first=5 acked=104");
    }

    @Test
    void packetThatAsksIsAcknowledgedAtOnce() {
      assertThat(service().data(1, ASK).sent()).containsExactly("ACK REQUESTED first=2 acked=101");
    }

    @Test
    void gapIsReportedAtOnceWithWhatLiesBehindIt() {
      PacketScript call = service().data(1).data(3).data(5);
      assertThat(call.sent())
          .containsExactly(
              "ACK OUT_OF_SEQUENCE first=2 acked=102 -*",
              "ACK OUT_OF_SEQUENCE first=2 acked=103 -*-*");
    }

    @Test
    void packetThatFillsAGapDeliversWhatLayBehindIt() {
      PacketScript call = service().data(2).data(3).data(1, ASK);
      assertThat(call.delivery.delivered()).isEqualTo(3);
      assertThat(call.sent()).endsWith("ACK REQUESTED first=4 acked=103");
    }

    @Test
    void packetBeyondTheWindowIsDroppedAndSaidToBe() {
      PacketScript call = service().data(256);
      assertThat(call.sent()).containsExactly("ACK EXCEEDS_WINDOW first=1 acked=101");
      assertThat(call.data(1, ASK).sent()).containsExactly("ACK REQUESTED first=2 acked=102");
    }

    @Test
    void lastPacketOfTheReplyIsAcknowledgedAtOnceAndEndsTheCall() {
      PacketScript call = waitingClient().data(1).lastData(2);
      assertThat(call.sent()).containsExactly("ACK DELAY first=3 acked=102");
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
      assertThat(call.machine.owesFinalAck()).isFalse();
    }

    @Test
    void replyOfOnePacketIsLeftToTheChannelToAcknowledge() {
      PacketScript call = waitingClient().lastData(1);
      assertThat(call.sent()).isEmpty();
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
      assertThat(call.machine.owesFinalAck()).isTrue();
    }

    @Test
    void lastPacketOfTheRequestWaitsForTheReplyToAcknowledgeIt() {
      PacketScript call = service().lastData(1);
      assertThat(call.machine.state()).isEqualTo(Phase.SERVING);
      assertThat(call.sent()).isEmpty();
      assertThat(call.writeBytes(1).end().sent()).containsExactly("DATA 1 LAST");
      assertThat(call.after(110).sent()).isEmpty();
    }

    @Test
    void pingIsAnsweredAtOnce() {
      PacketScript call = servingService();
      assertThat(call.ack(1).reason(AckReason.PING).asking().arrives().sent())
          .containsExactly("ACK PING_RESPONSE first=2 acked=102");
    }

    @Test
    void readerWhoMadeRoomHasThePeerTold() {
      PacketScript call = service().data(1).data(2);
      call.sent();
      assertThat(call.read(2).windowOpened().sent()).containsExactly("ACK DELAY first=3 acked=0");
    }
  }

  @Nested
  class Sending {
    @Test
    void smallRequestIsOnePacket() {
      assertThat(client().writeBytes(10).end().sent()).containsExactly("DATA 1 LAST");
    }

    @Test
    void emptyRequestIsOnePacket() {
      assertThat(client().end().sent()).containsExactly("DATA 1 LAST");
    }

    @Test
    void fullPacketIsHeldBackUntilItIsKnownWhetherItIsTheLast() {
      PacketScript call = client().write(1);
      assertThat(call.sent()).isEmpty();
      assertThat(call.end().sent()).containsExactly("DATA 1 LAST");
    }

    @Test
    void firstFlightIsTheInitialWindowAndItsLastPacketAsks() {
      PacketScript call = client().write(40);
      assertThat(call.sent()).hasSize(16).endsWith("DATA 15", "DATA 16 ASK");
    }

    @Test
    void windowOfThePeerIsNeverExceeded() {
      PacketScript call = client().write(3);
      call.sent(); // 1 and 2
      call.ack(3).window(5).arrives().write(30);
      assertThat(call.sentData()).containsExactly(range(3, 7));
    }

    @Test
    void closedWindowLetsOnePacketTry() {
      PacketScript call = client().write(3);
      call.sent();
      call.ack(3).window(0).arrives().write(30);
      assertThat(call.sentData()).containsExactly(3);
      assertThat(call.after(1_500).sentData()).containsOnly(3).isNotEmpty();
    }

    /** A peer that acknowledges every second packet would have one system call for each two. */
    @Test
    void newDataWaitUntilAQuarterOfAFullWindowMayGo() {
      PacketScript call = client().write(3);
      call.sent(); // 1 and 2
      call.ack(3).window(16).arrives().write(60);
      assertThat(call.sentData()).containsExactly(range(3, 18));
      assertThat(call.ack(5).window(16).arrives().sentData()).isEmpty();
      assertThat(call.ack(7).window(16).arrives().sentData()).containsExactly(range(19, 22));
    }

    @Test
    void whatIsLeftOfThePhaseWaitsForNoMoreRoom() {
      PacketScript call = client().write(3);
      call.sent();
      call.ack(3).window(16).arrives().write(17).end();
      assertThat(call.sentData()).containsExactly(range(3, 18));
      assertThat(call.ack(5).window(16).arrives().sentData()).containsExactly(19, 20);
    }

    @Test
    void windowThatOpensAgainIsUsedAtOnce() {
      PacketScript call = client().write(3);
      call.ack(3).window(0).arrives().write(30);
      call.sent();
      assertThat(call.ack(4).window(255).arrives().sentData()).containsExactly(range(4, 19));
    }

    @Test
    void userFindsNoRoomBeyondTheSendWindow() {
      PacketScript call = client().write(300);
      assertThat(call.machine.roomPackets()).isZero();
      call.ack(11).arrives();
      assertThat(call.machine.roomPackets()).isEqualTo(10);
    }

    @Test
    void trailerWithoutWindowLeavesTheWindow() {
      PacketScript call = client().write(17);
      call.sent();
      call.ack(17).trailer(AckTrailer.NONE).arrives().write(100);
      assertThat(call.sentData()).hasSize(32);
    }

    @Test
    void smallerPacketSizeOfThePeerHoldsForThePacketsOfTheNextCall() {
      PacketScript call = client().write(3);
      call.ack(3).trailer(new AckTrailer(1200, 1200, 32, 1)).arrives();
      assertThat(call.peer.packetBytes()).isEqualTo(1200);
    }

    @Test
    void absurdPacketSizeOfThePeerIsNotBelieved() {
      PacketScript call = client().write(3);
      call.ack(3).trailer(new AckTrailer(1, 1, 32, 1)).arrives();
      assertThat(call.peer.packetBytes()).isEqualTo(576 - 28);
    }

    @Test
    void replyAcknowledgesTheRequest() {
      PacketScript call = client().write(3).end();
      call.sent();
      call.data(1);
      assertThat(call.machine.state()).isEqualTo(Phase.RECEIVING_REPLY);
      assertThat(call.machine.sendWindowEmpty()).isTrue();
      assertThat(call.machine.bytesAcknowledged()).isEqualTo(call.dataBytesOfFirst(3));
    }

    @Test
    void acknowledgedReplyEndsTheServicesCall() {
      PacketScript call = servingService().writeBytes(1).end();
      call.ack(2).arrives();
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
    }

    @Test
    void acknowledgementOfPartOfTheReplyDoesNotEndIt() {
      PacketScript call = servingService().write(3).end();
      call.ack(3).arrives();
      assertThat(call.machine.state()).isEqualTo(Phase.AWAITING_FINAL_ACK);
    }

    @Test
    void softAckOfTheWholeReplyDoesNotEndIt() {
      PacketScript call = servingService().write(3).end();
      call.ack(1).soft("***").arrives();
      assertThat(call.machine.state()).isEqualTo(Phase.AWAITING_FINAL_ACK);
    }

    @Test
    void ackAllOfTheWholeReplyEndsIt() {
      PacketScript call = servingService().write(3).end().ackAll();
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
    }

    @Test
    void ackAllBeforeAllWasSentIsIgnored() {
      PacketScript call = servingService().write(30).end().ackAll();
      assertThat(call.machine.state()).isEqualTo(Phase.AWAITING_FINAL_ACK);
    }
  }

  @Nested
  class Disbelieving {
    @Test
    void ackOfPacketsNeverSentChangesNothing() {
      PacketScript call = client().write(6);
      call.sent(); // 1 to 5
      assertThat(call.ack(7).arrives().sent()).isEmpty();
      assertThat(call.machine.bytesAcknowledged()).isZero();
      call.ack(6).arrives();
      assertThat(call.machine.bytesAcknowledged()).isEqualTo(call.dataBytesOfFirst(5));
    }

    @Test
    void softAckOfPacketsNeverSentChangesNothing() {
      PacketScript call = client().write(6);
      call.ack(1).soft("-----*").arrives();
      assertThat(call.machine.send.inFlight()).isEqualTo(5);
    }

    @Test
    void tableThatGoesOnWithoutClaimsBeyondWhatWasSentIsGood() {
      PacketScript call = client().write(6);
      call.ack(1).soft("-*----------").arrives();
      assertThat(call.machine.send.inFlight()).isEqualTo(4);
    }

    @Test
    void staleAckDoesNotUndoSoftAcks() {
      PacketScript call = client().write(6);
      call.peerSerialsFrom(210).ack(1).soft("-****").arrives();
      call.peerSerialsFrom(205).ack(1).soft("-*---").arrives();
      assertThat(call.machine.send.inFlight()).isEqualTo(1);
    }

    @Test
    void staleAckDoesNotChangeTheWindow() {
      PacketScript call = client().write(6);
      call.peerSerialsFrom(210).ack(6).window(100).arrives();
      call.peerSerialsFrom(205).ack(3).window(1).arrives();
      call.sent();
      assertThat(call.write(20).sentData()).hasSizeGreaterThan(10);
    }

    @Test
    void ackFromBeforeTheHardAckChangesNothing() {
      PacketScript call = client().write(6);
      call.ack(6).arrives();
      call.ack(2).soft("****").arrives();
      assertThat(call.machine.send.base()).isEqualTo(6);
    }

    @Test
    void staleSerialIsRecognisedAcrossTheWrap() {
      PacketScript call = client().write(6);
      call.peerSerialsFrom(2).ack(1).soft("-****").arrives();
      call.peerSerialsFrom(-3).ack(1).soft("-*---").arrives();
      assertThat(call.machine.send.inFlight()).isEqualTo(1);
    }

    @Test
    void busyAfterAnAckChangesNothing() {
      PacketScript call = client().write(6);
      call.ack(1).arrives().busy();
      assertThat(call.machine.isComplete()).isFalse();
    }

    @Test
    void busyAfterPartOfTheReplyChangesNothing() {
      PacketScript call = waitingClient().data(1).busy();
      assertThat(call.machine.isComplete()).isFalse();
    }

    @Test
    void busyFromAClientChangesNothing() {
      PacketScript call = service().data(1).busy();
      assertThat(call.machine.isComplete()).isFalse();
    }

    @Test
    void pingResponseThatQuotesNoPingOfOursMeasuresNothing() {
      PacketScript call = waitingClient();
      call.ack(1).reason(AckReason.PING_RESPONSE).quoting(0).arrives();
      assertThat(call.peer.smoothedRttNanos()).isZero();
    }
  }

  private static PacketScript patientClient() {
    CallTimeouts timeouts = new CallTimeouts(0, 60_000_000_000L, 20_000_000_000L, 5_000_000_000L);
    return new PacketScript(Role.CLIENT, Limits.DEFAULT, timeouts).attach();
  }

  @Nested
  class Offering {
    @Test
    void refusedCallIsOfferedAgainWithItsFirstPacket() {
      PacketScript call = patientClient().write(3).end();
      call.sent();
      assertThat(call.busy().busy().busy().sentData()).isEmpty();
      assertThat(call.after(1).sentData()).isEmpty();
      assertThat(call.after(1).sentData()).containsExactly(1);
    }

    @Test
    void eachOfferWaitsTwiceAsLongAsTheOneBefore() {
      PacketScript call = patientClient().write(3).end().busy().after(2);
      call.sent();
      assertThat(call.busy().after(3).sentData()).isEmpty();
      assertThat(call.after(1).sentData()).containsExactly(1);
    }

    @Test
    void restFollowsWhenThePeerHasTakenTheFirstPacket() {
      PacketScript call = patientClient().write(3).end().busy().after(2);
      call.sent();
      call.ack(2).arrives();
      assertThat(call.sentData()).containsExactly(2, 3);
    }

    @Test
    void whatIsWrittenMeanwhileWaits() {
      PacketScript call = patientClient().write(1).busy();
      call.sent();
      assertThat(call.write(2).end().sentData()).isEmpty();
    }
  }

  @Nested
  class Ending {
    @Test
    void busyEndsACallThatHasNothingYet() {
      assertThat(waitingClient().busy().completion()).isEqualTo(Plain.PEER_BUSY);
    }

    @Test
    void busyEndsACallWhoseTimeForItIsOver() {
      PacketScript call = patientClient().write(3).end();
      call.busy();
      assertThat(call.machine.isComplete()).isFalse();
      for (int i = 0; i < 20 && !call.machine.isComplete(); i++) {
        call.after(512).busy();
      }
      assertThat(call.completion()).isEqualTo(Plain.PEER_BUSY);
    }

    @Test
    void refusedCallKnowsThatItWasNotExecuted() {
      PacketScript call = patientClient().writeBytes(1).end().busy();
      while (!call.machine.isComplete()) {
        call.after(512).busy();
      }
      assertThat(call.machine.wasRefusedForGood()).isTrue();
    }

    @Test
    void callOneCopyOfWhichWasNotRefusedMayHaveBeenExecuted() {
      PacketScript call = patientClient().writeBytes(1).end().after(3_000).busy();
      while (!call.machine.isComplete()) {
        call.after(512).busy();
      }
      assertThat(call.machine.wasRefusedForGood()).isFalse();
    }

    @Test
    void abortWithCodeZeroEndsTheCall() {
      assertThat(waitingClient().peerAborts(0).completion())
          .isEqualTo(new Completion.RemotelyAborted(0));
    }

    @Test
    void firstCompletionIsFinal() {
      PacketScript call = waitingClient().peerAborts(7).abort(8).peerAborts(9).lastData(1);
      assertThat(call.completion()).isEqualTo(new Completion.RemotelyAborted(7));
      assertThat(call.sent()).isEmpty();
    }

    @Test
    void endedCallWantsNothing() {
      PacketScript call = client().write(40).abort(8);
      call.sent();
      assertThat(call.machine.nextDeadlineNanos()).isEqualTo(Timers.NEVER);
      assertThat(call.after(100_000).sent()).isEmpty();
    }

    @Test
    void userAbortTellsThePeer() {
      PacketScript call = waitingClient().abort(42);
      assertThat(call.sent()).containsExactly("ABORT 42");
      assertThat(call.completion()).isEqualTo(new Completion.LocallyAborted(42, AbortReason.USER));
    }

    @Test
    void abortOfACallThatSentNothingTellsNobody() {
      assertThat(client().abort(42).sent()).isEmpty();
    }

    @Test
    void abortBeforeTheChannelTellsNobody() {
      PacketScript call =
          new PacketScript(Role.CLIENT, Limits.DEFAULT, PacketScript.TIMEOUTS).abort(42);
      assertThat(call.sent()).isEmpty();
      assertThat(call.completion()).isEqualTo(new Completion.LocallyAborted(42, AbortReason.USER));
    }

    @Test
    void nextCallOfTheClientAcknowledgesTheReply() {
      PacketScript call = servingService().writeBytes(1).end();
      call.machine.supersede();
      assertThat(call.completion()).isEqualTo(Plain.SUCCEEDED);
    }

    @Test
    void nextCallOfTheClientEndsACallThatIsStillServed() {
      PacketScript call = servingService();
      call.machine.supersede();
      assertThat(call.completion())
          .isEqualTo(new Completion.LocallyAborted(-1, AbortReason.SUPERSEDED));
    }

    @Test
    void closeOfTheEndpointTellsThePeer() {
      PacketScript call = waitingClient();
      call.machine.closeEndpoint(-6);
      assertThat(call.after(0).abort(0).sent()).containsExactly("ABORT -6");
      assertThat(call.completion()).isEqualTo(Plain.ENDPOINT_CLOSED);
    }

    @Test
    void writeAfterTheEndTakesNothing() {
      PacketScript call = client().writeBytes(1).end().writeBytes(10).end();
      assertThat(call.sent()).containsExactly("DATA 1 LAST");
    }
  }

  @Nested
  class BreakingTheRules {
    private void aborts(PacketScript call, AbortReason reason) {
      assertThat(call.completion()).isEqualTo(new Completion.LocallyAborted(-5, reason));
      assertThat(call.sent()).endsWith("ABORT -5");
    }

    @Test
    void replyBeforeTheRequestHasEnded() {
      aborts(client().write(3).data(1), AbortReason.EARLY_REPLY);
    }

    @Test
    void replyBeforeAllOfTheRequestWasSent() {
      aborts(client().write(30).end().data(1), AbortReason.EARLY_REPLY);
    }

    @Test
    void packetBeyondTheLast() {
      aborts(service().lastData(3).data(4), AbortReason.DATA_BEYOND_LAST);
    }

    @Test
    void anotherLastPacket() {
      aborts(service().lastData(3).lastData(2), AbortReason.LAST_PACKET_MOVED);
    }

    @Test
    void lastPacketBeforeOneThatIsThere() {
      aborts(service().data(3).lastData(2), AbortReason.LAST_PACKET_TOO_EARLY);
    }

    @Test
    void lastPacketAgainIsOnlyADuplicate() {
      PacketScript call = service().lastData(2).lastData(2);
      assertThat(call.machine.isComplete()).isFalse();
    }

    @Test
    void packetBeyondTheLastAfterTheRequestIsComplete() {
      aborts(servingService().data(2), AbortReason.DATA_BEYOND_LAST);
    }
  }
}
