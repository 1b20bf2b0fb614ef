package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.security.Violation;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For each {@link AbortReason} that a peer can provoke, the packets that provoke it. A new reason
 * needs a script here, or a place among those that are not the peer's doing.
 */
class AbortReasonTest {
  private static final int SERVICE = 7;
  private static final int CID = 4;
  private static final int LAST = PacketFlags.LAST_PACKET;
  private static final int RX_PROTOCOL_ERROR = -5;
  private static final int RX_CALL_DEAD = -1;

  /** What our user, the user's handler or another thread of ours does. */
  private static final Set<AbortReason> NOT_PROVOKED_BY_PEERS =
      EnumSet.of(
          AbortReason.USER,
          AbortReason.USER_CLOSED,
          AbortReason.USER_INTERRUPTED,
          AbortReason.HANDLER_FAILED,
          AbortReason.HANDLER_ABORTED,
          AbortReason.NO_SUCH_SERVICE, // it was there when the call came; else nothing is begun
          AbortReason.REJECTED,
          AbortReason.LENGTH_MISMATCH,
          // of security classes, where they have their own tests; for violations: ViolationTest
          AbortReason.HANDSHAKE_FAILED,
          AbortReason.REPLAYED,
          AbortReason.CALLER_UNKNOWN);

  /** Lets packets come; returns the call that they are about. */
  private interface Provocation {
    CallDriver run(PacketScript script) throws CallEndedException;
  }

  private record Provoked(int code, Provocation provocation) {}

  private static final Map<AbortReason, Provoked> SCRIPTS = new EnumMap<>(AbortReason.class);

  static {
    SCRIPTS.put(
        AbortReason.EARLY_REPLY,
        new Provoked(RX_PROTOCOL_ERROR, AbortReasonTest::replyToHalfARequest));
    SCRIPTS.put(
        AbortReason.DATA_BEYOND_LAST,
        new Provoked(RX_PROTOCOL_ERROR, script -> request(script, new int[] {1, 2}, LAST, 0)));
    SCRIPTS.put(
        AbortReason.LAST_PACKET_MOVED,
        new Provoked(RX_PROTOCOL_ERROR, script -> request(script, new int[] {3, 2}, LAST, LAST)));
    SCRIPTS.put(
        AbortReason.LAST_PACKET_TOO_EARLY,
        new Provoked(RX_PROTOCOL_ERROR, script -> request(script, new int[] {3, 2}, 0, LAST)));
    SCRIPTS.put(
        AbortReason.SUPERSEDED, new Provoked(RX_CALL_DEAD, AbortReasonTest::nextCallOfTheChannel));
  }

  private static CallDriver replyToHalfARequest(PacketScript script) throws CallEndedException {
    CallDriver call = script.call(script.bundle(SERVICE));
    call.trySend(ByteBuffer.allocate(3_000), false);
    script.receive(script.data(script.sent(PacketType.DATA).get(0), 1, 0));
    return call;
  }

  /** Sends packets of a request, of which the first opens the call. */
  private static CallDriver request(PacketScript script, int[] seqs, int... flags) {
    HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
    for (int i = 0; i < seqs.length; i++) {
      script.receive(script.request(SERVICE, CID, 1, seqs[i], flags[i]));
    }
    return Objects.requireNonNull(service.tryAccept());
  }

  private static CallDriver nextCallOfTheChannel(PacketScript script) {
    CallDriver call = request(script, new int[] {1}, LAST);
    script.receive(script.request(SERVICE, CID, 2, 1, LAST));
    return call;
  }

  static Stream<AbortReason> provoked() {
    return SCRIPTS.keySet().stream();
  }

  @Test
  void everyReasonHasAScriptOrIsNotProvokedByPeers() {
    assertThat(SCRIPTS.keySet()).doesNotContainAnyElementsOf(NOT_PROVOKED_BY_PEERS);
    Set<AbortReason> known = EnumSet.copyOf(NOT_PROVOKED_BY_PEERS);
    known.addAll(SCRIPTS.keySet());
    for (Violation violation : Violation.values()) {
      known.add(AbortReason.of(violation));
    }
    assertThat(known).containsExactlyInAnyOrder(AbortReason.values());
  }

  @ParameterizedTest
  @MethodSource("provoked")
  void packetsOfThePeerEndTheCallForThatReason(AbortReason reason) throws CallEndedException {
    Provoked expected = SCRIPTS.get(reason);
    try (PacketScript script = new PacketScript()) {
      CallDriver call = expected.provocation.run(script);
      assertThat(call.completion()).isEqualTo(new Completion.LocallyAborted(expected.code, reason));
      List<AbortPacket> told =
          script.sent().stream()
              .filter(AbortPacket.class::isInstance)
              .map(AbortPacket.class::cast)
              .toList();
      if (reason == AbortReason.SUPERSEDED) {
        assertThat(told).as("whoever goes on to its next call does not ask").isEmpty();
      } else {
        assertThat(told)
            .singleElement()
            .satisfies(
                abort -> {
                  assertThat(abort.code()).isEqualTo(expected.code);
                  assertThat(abort.header().callNumber()).isEqualTo(call.callNumber());
                });
      }
    }
  }

  /** What one call was aborted for is no other's affair. */
  @ParameterizedTest
  @MethodSource("provoked")
  void callOfAnotherChannelGoesOn(AbortReason reason) throws CallEndedException {
    try (PacketScript script = new PacketScript()) {
      CallDriver other = script.call(script.bundle(SERVICE));
      send(other, 4);
      PacketHeader request = script.sent(PacketType.DATA).get(0);
      SCRIPTS.get(reason).provocation.run(script);
      script.receive(script.data(request, 1, LAST));
      assertThat(other.completion()).isEqualTo(Completion.Plain.SUCCEEDED);
    }
  }
}
