package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.transport.Scenario.CallPlan;
import heddle.rxrpc.transport.Scenario.Fault;
import heddle.rxrpc.transport.Scenario.Trouble;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the simulated runs are about: enough in each of them, everything in some. */
class ScenarioTest {
  private static final List<Scenario> DRAWN =
      LongStream.rangeClosed(1, 5_000)
          .mapToObj(seed -> Scenario.draw(seed, new SplittableRandom(seed)))
          .toList();

  private static int packets(int bytes, Limits limits) {
    int data = limits.packetBytes() - 28;
    return (bytes + data - 1) / data;
  }

  @Test
  void eachHasSeveralFaults() {
    assertThat(DRAWN).allSatisfy(drawn -> assertThat(drawn.faults()).hasSizeGreaterThan(1));
  }

  @Test
  void eachHasEightCallsOfTwoServicesSoTwoConnections() {
    assertThat(DRAWN)
        .allSatisfy(
            drawn -> {
              assertThat(drawn.calls()).hasSizeGreaterThanOrEqualTo(8);
              assertThat(drawn.calls().stream().map(CallPlan::serviceId).distinct()).hasSize(2);
            });
  }

  @Test
  void someCallsHaveHundredsOfPackets() {
    assertThat(DRAWN)
        .filteredOn(drawn -> drawn.calls().stream().anyMatch(call -> isLong(drawn, call)))
        .hasSizeGreaterThan(500);
  }

  private static boolean isLong(Scenario drawn, CallPlan call) {
    int request = packets(call.requestBytes(), drawn.limits());
    int reply = packets(call.replyBytes(), drawn.limits());
    assertThat(Math.max(request, reply)).isLessThanOrEqualTo(301);
    return request > 200 || reply > 200;
  }

  @Test
  void everyFaultAndTroubleIsDrawnOften() {
    for (Fault fault : Fault.values()) {
      assertThat(DRAWN)
          .as(fault.name())
          .filteredOn(drawn -> drawn.faults().contains(fault))
          .hasSizeGreaterThan(100);
    }
    Set<Trouble.Kind> befell = EnumSet.noneOf(Trouble.Kind.class);
    DRAWN.forEach(drawn -> drawn.troubles().forEach(trouble -> befell.add(trouble.kind())));
    assertThat(befell).containsExactlyInAnyOrder(Trouble.Kind.values());
  }

  /** Or a run could not be replayed. */
  @Test
  void seedDecides() {
    assertThat(Scenario.draw(17, new SplittableRandom(17))).isEqualTo(DRAWN.get(16));
  }
}
