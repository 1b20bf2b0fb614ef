package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.testkit.LinkFaults;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Service upgrade, where what asks and what answers is lost, comes twice and comes late: who asks
 * is served by the better service, each call of it; who does not ask, by the one that it names.
 */
class ServiceUpgradeSimulationTest {
  private static final int NAMED = 1;
  private static final int BETTER = 2;
  private static final long MILLI = Scenario.MILLI;
  private static final LinkFaults BAD =
      LinkFaults.NONE.withLoss(0.2).withDuplicate(0.2).withReorder(0.2).withDelay(5 * MILLI);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  private static Simulation run(long seed, Upgrade upgrade) {
    FixedScenario scenario = new FixedScenario().link(BAD).connections(2).upgrade(upgrade);
    for (int i = 0; i < 16; i++) {
      Sharing sharing = i % 5 == 4 ? Sharing.EXCLUSIVE : Sharing.SHARED;
      scenario.call(NAMED, i * 500, i / 4 * (50 * MILLI), 0, sharing);
    }
    return scenario.run(seed, line -> {});
  }

  private static void allAreServedBy(Simulation run, int service) {
    assertThat(run.clients)
        .allSatisfy(
            client -> {
              assertThat(client.succeeded).isTrue();
              assertThat(Objects.requireNonNull(client.call).serviceId()).isEqualTo(service);
            });
    assertThat(run.services)
        .allSatisfy(served -> assertThat(served.call.serviceId()).isEqualTo(service));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoAsksIsServedByTheBetterService(long seed) {
    allAreServedBy(run(seed, Upgrade.ASKED), BETTER);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoDoesNotAskIsServedByTheOneThatItNames(long seed) {
    allAreServedBy(run(seed, Upgrade.NONE), NAMED);
  }
}
