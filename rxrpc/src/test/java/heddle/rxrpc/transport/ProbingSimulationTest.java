package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.testkit.LinkFaults;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import heddle.rxrpc.transport.Scenario.Trouble;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Probing of silent peers: a call whose peer says nothing asks whether it is still there. One that
 * answers may think as long as it likes, one that does not is given up in time.
 */
class ProbingSimulationTest {
  private static final long SECOND = Scenario.SECOND;
  private static final long THINKS = 120 * SECOND;
  private static final long NORMAL = 20 * SECOND; // time-out of the calls
  private static final Completion GIVEN_UP = new Completion.TimedOut(Completion.Timeout.NORMAL);

  private final List<String> log = new ArrayList<>();

  /** A call whose handler thinks for two minutes. */
  private static FixedScenario thinking() {
    return new FixedScenario().call(1, 1_000, 0, THINKS, Sharing.SHARED);
  }

  private long pings() {
    return log.stream().filter(line -> line.matches(".* A >> .* PING .*")).count();
  }

  private static SimulatedClient only(Simulation run) {
    assertThat(run.clients).hasSize(1);
    return run.clients.get(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void peerThatAnswersMayThinkAsLongAsItLikes(long seed) {
    Simulation run = thinking().run(seed, log::add);
    assertThat(only(run).succeeded).isTrue();
    assertThat(run.elapsedNanos(only(run))).isBetween(THINKS, THINKS + SECOND);
    assertThat(pings()).as("one in about 3.3 seconds").isBetween(25L, 60L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void lostPingsAreMadeUpForByTheNext(long seed) {
    Simulation run = thinking().link(LinkFaults.NONE.withLoss(0.2)).run(seed, log::add);
    assertThat(only(run).succeeded).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void peerThatVanishesIsGivenUpWithinTheTimeOut(long seed) {
    Simulation run = thinking().trouble(40 * SECOND, Trouble.Kind.CUT_OFF).run(seed, log::add);
    assertThat(only(run).failure).isEqualTo(GIVEN_UP);
    assertThat(run.elapsedNanos(only(run)))
        .as("counted from the last answer")
        .isBetween(40 * SECOND + NORMAL * 3 / 4, 40 * SECOND + NORMAL + SECOND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void peerThatHasLostItsMemoryIsGivenUp(long seed) {
    Simulation run = thinking().trouble(40 * SECOND, Trouble.Kind.RESTART).run(seed, log::add);
    assertThat(only(run).failure).isEqualTo(GIVEN_UP);
    assertThat(run.elapsedNanos(only(run))).isLessThan(40 * SECOND + NORMAL + SECOND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void peerThatComesBackInTimeIsNotGivenUp(long seed) {
    Simulation run =
        thinking()
            .trouble(40 * SECOND, Trouble.Kind.CUT_OFF)
            .trouble(50 * SECOND, Trouble.Kind.JOIN)
            .run(seed, log::add);
    assertThat(only(run).succeeded).isTrue();
  }
}
