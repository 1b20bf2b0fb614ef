package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  void waitersGetChannelsInTheOrderInWhichTheyCame() throws CallEndedException {
    List<CallDriver> holders = takeAllChannels();
    List<CallDriver> waiting = new ArrayList<>();
    for (int i = 0; i < ConnectionDriver.CHANNELS; i++) {
      CallDriver call = script.call(bundle);
      assertThat(send(call, 4)).isFalse();
      waiting.add(call);
    }
    for (int i = 0; i < ConnectionDriver.CHANNELS; i++) {
      holders.get(3 - i).abort(1, AbortReason.USER);
      List<CallDriver> served = waiting.stream().filter(call -> call.connection() != null).toList();
      assertThat(served).isEqualTo(waiting.subList(0, i + 1));
    }
  }

  @Test
  void waiterThatIsAbortedLeavesTheQueueAtOnce() throws CallEndedException {
    List<CallDriver> holders = takeAllChannels();
    CallDriver aborted = script.call(bundle);
    CallDriver next = script.call(bundle);
    assertThat(send(aborted, 4)).isFalse();
    assertThat(send(next, 4)).isFalse();
    assertThat(bundle.waitingCalls()).isEqualTo(2);

    aborted.abort(1, AbortReason.USER);
    assertThat(bundle.waitingCalls()).isEqualTo(1);
    assertThat(script.endpoint.waitingCalls()).isEqualTo(1);
    assertThat(aborted.isFinished()).isTrue();

    holders.get(0).abort(1, AbortReason.USER);
    assertThat(next.connection()).isNotNull();
    assertThat(script.endpoint.waitingCalls()).isZero();
  }

  @Test
  void callBeyondTheLimitOfWaitersEndsAtOnceAndTheOthersGoOnWaiting() throws CallEndedException {
    List<CallDriver> holders = takeAllChannels();
    Bundle other = script.bundle(2); // the limit is the endpoint's, whatever they wait for
    for (int i = 0; i < ConnectionDriver.CHANNELS; i++) {
      assertThat(send(script.call(other), 4)).isTrue();
    }
    CallDriver first = script.call(bundle);
    assertThat(send(first, 4)).isFalse();
    for (int i = 1; i < PacketScript.WAITING_CALLS; i++) {
      assertThat(send(script.call(other), 4)).isFalse();
    }
    CallDriver tooMany = script.call(bundle);
    assertThatThrownBy(() -> send(tooMany, 4))
        .isInstanceOfSatisfying(
            CallEndedException.class,
            e -> assertThat(e.completion()).isEqualTo(Completion.Plain.TOO_MANY_CALLS));
    assertThat(tooMany.mayHaveExecuted()).isFalse();

    holders.get(0).abort(1, AbortReason.USER);
    assertThat(send(first, 4)).isTrue();
    assertThat(send(script.call(bundle), 4)).as("there is room in the queue again").isFalse();
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

  /** OpenAFS's file servers put the eleventh abort with one code in a row on a channel off. */
  @Test
  void aChannelWhereThePeerHasAbortedManyCallsInARowIsLeftAlone() throws CallEndedException {
    Map<String, Integer> aborts = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      CallDriver call = script.call(bundle);
      assertThat(send(call, 4)).isTrue();
      String channel = call.connection() + " " + call.channel();
      call.fail(new Completion.RemotelyAborted(13));
      aborts.merge(channel, 1, Integer::sum);
    }
    assertThat(aborts.values()).allMatch(count -> count <= Bundle.MAX_ABORTS);
    assertThat(script.endpoint.connectionCount()).isLessThan(20);
    assertThat(bundle.removeIdle(script.endpoint.nanoTime(), Long.MAX_VALUE))
        .as("nobody waits for their idle time")
        .hasSize(15);
  }

  @Test
  void abortsWithOtherCodesAreNotInARow() throws CallEndedException {
    for (int i = 0; i < 100; i++) {
      CallDriver call = script.call(bundle);
      assertThat(send(call, 4)).isTrue();
      assertThat(call.channel()).isZero();
      call.fail(new Completion.RemotelyAborted(i));
    }
    assertThat(script.endpoint.connectionCount()).isEqualTo(1);
  }

  /** Each packet that is under way when the peer aborts is answered with an abort, and counts. */
  @Test
  void aChannelIsLeftAloneAfterTheAbortOfACallOfWhichMuchWasUnderWay() throws CallEndedException {
    Set<String> channels = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      CallDriver call = script.call(bundle);
      send(call, 100_000);
      PacketHeader last = script.sent(PacketType.DATA).getLast();
      assertThat(last.seq()).as("packets under way").isGreaterThanOrEqualTo(Bundle.MAX_ABORTS);
      script.receive(new AbortPacket(script.answer(last, PacketType.ABORT, 0, 0), 13));
      assertThat(call.completion()).isEqualTo(new Completion.RemotelyAborted(13));
      assertThat(channels.add(call.connection() + " " + call.channel())).isTrue();
    }
    assertThat(script.endpoint.connectionCount()).isEqualTo(1);
  }

  @Test
  void ofACallWhoseRequestWasAcknowledgedOnlyTheAbortCounts() throws CallEndedException {
    for (int i = 0; i < Bundle.MAX_ABORTS; i++) {
      CallDriver call = script.call(bundle);
      assertThat(send(call, 10_000)).isTrue();
      PacketHeader last = script.sent(PacketType.DATA).getLast();
      assertThat(last.seq()).isGreaterThan(1);
      script.receive(script.ack(last, AckReason.DELAY, last.seq() + 1));
      script.receive(new AbortPacket(script.answer(last, PacketType.ABORT, 0, 0), 13));
      assertThat(call.completion()).isEqualTo(new Completion.RemotelyAborted(13));
      assertThat(call.channel()).isZero();
    }
  }

  /** OpenAFS neither counts them nor takes them for another code between two of one. */
  @Test
  void abortsThatSayThatThereIsNoSuchOperationChangeNothing() throws CallEndedException {
    for (int i = 0; i < 100; i++) {
      assertThat(channelOfCallAbortedWith(RxCode.OPCODE)).isZero();
    }
    for (int i = 0; i < Bundle.MAX_ABORTS; i++) {
      assertThat(channelOfCallAbortedWith(RxCode.OPCODE)).isZero();
      assertThat(channelOfCallAbortedWith(13)).isZero();
    }
    assertThat(channelOfCallAbortedWith(13)).isEqualTo(1);
  }

  private int channelOfCallAbortedWith(int code) throws CallEndedException {
    CallDriver call = script.call(bundle);
    assertThat(send(call, 4)).isTrue();
    call.fail(new Completion.RemotelyAborted(code));
    return call.channel();
  }

  @Test
  void aCallThatSucceedsLetsItsChannelGoOn() throws CallEndedException {
    for (int i = 0; i < 100; i++) {
      CallDriver call = script.call(bundle);
      assertThat(send(call, 4)).isTrue();
      assertThat(call.channel()).isZero();
      call.fail(i % 5 == 4 ? Completion.Plain.SUCCEEDED : new Completion.RemotelyAborted(13));
    }
    assertThat(script.endpoint.connectionCount()).isEqualTo(1);
  }

  @Test
  void callThatHasEndedTakesNoChannelFromABundleThatItNoLongerHolds() {
    CallDriver ended = script.call(bundle);
    ended.abort(1, AbortReason.USER);

    assertThatThrownBy(() -> send(ended, 4)).isInstanceOf(CallEndedException.class);
    assertThat(script.endpoint.connectionCount()).isZero();
  }
}
