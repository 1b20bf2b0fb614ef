package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.LinkFaults;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exclusive calls: each has a wire connection that no other call ever has. */
class ExclusiveCallSimulationTest {
  private static final long MILLI = Scenario.MILLI;
  private static final int CALLS = 24;
  private static final LinkFaults BAD =
      LinkFaults.NONE.withLoss(0.1).withDuplicate(0.1).withReorder(0.1).withDelay(5 * MILLI);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  /** Every third call is exclusive; there are many more calls than the bundle has channels. */
  private static Simulation run(long seed) {
    FixedScenario scenario = new FixedScenario().link(BAD).connections(1);
    for (int i = 0; i < CALLS; i++) {
      Sharing sharing = i % 3 == 0 ? Sharing.EXCLUSIVE : Sharing.SHARED;
      scenario.call(1, i * 700, i * (10 * MILLI), i % 4 * (20 * MILLI), sharing);
    }
    return scenario.run(seed, line -> {});
  }

  private static List<Integer> connections(Simulation run, Sharing sharing) {
    List<Integer> connections = new ArrayList<>();
    for (SimulatedClient client : run.clients) {
      if (client.plan().sharing() == sharing) {
        CallDriver call = Objects.requireNonNull(client.call);
        connections.add(Objects.requireNonNull(call.connection()).connectionId());
      }
    }
    return connections;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void connectionOfAnExclusiveCallIsNobodyElses(long seed) {
    Simulation run = run(seed);
    assertThat(run.clients).allMatch(client -> client.succeeded);
    List<Integer> exclusive = connections(run, Sharing.EXCLUSIVE);
    assertThat(exclusive).hasSize(CALLS / 3).doesNotHaveDuplicates();
    assertThat(connections(run, Sharing.SHARED))
        .hasSize(CALLS - CALLS / 3)
        .doesNotContainAnyElementsOf(exclusive);
  }

  /** They wait for no channel, so those that share cannot hold them up. */
  @ParameterizedTest
  @MethodSource("seeds")
  void exclusiveCallOvertakesThoseThatWaitForAChannel(long seed) {
    FixedScenario scenario = new FixedScenario().connections(1);
    for (int i = 0; i < 8; i++) {
      scenario.call(1, 10, 0, 1_000 * MILLI, Sharing.SHARED);
    }
    scenario.call(1, 10, MILLI, 0, Sharing.EXCLUSIVE);
    Simulation run = scenario.run(seed, line -> {});
    assertThat(run.clients).allMatch(client -> client.succeeded);
    assertThat(run.elapsedNanos(run.clients.get(8))).isLessThan(100 * MILLI);
  }
}
