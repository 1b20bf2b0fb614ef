package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.testkit.LinkFaults;
import heddle.rxrpc.testkit.LinkFaults.Oversize;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import heddle.rxrpc.transport.Scenario.CallPlan;
import heddle.rxrpc.transport.Scenario.Fault;
import heddle.rxrpc.transport.Scenario.Side;
import heddle.rxrpc.transport.Scenario.Trouble;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A path whose MTU shrinks in the middle of calls that transfer much, in both directions. */
class ShrinkingPathTest {
  private static final long MILLI = Scenario.MILLI;
  private static final int PACKET = 1416;
  private static final int MANY = 3_000 * PACKET;

  /** A call that transfers much both ways, and after it, a while later, another like it. */
  private static Simulation run(Oversize oversize, int mtu, long atNanos, double loss) {
    LinkFaults link =
        LinkFaults.NONE
            .withDelay(5 * MILLI)
            .withRate(20_000_000)
            .withLoss(loss)
            .withOversize(oversize);
    List<Trouble> troubles =
        List.of(
            new Trouble(atNanos, Trouble.Kind.MTU, Side.A, mtu),
            new Trouble(atNanos, Trouble.Kind.MTU, Side.B, mtu));
    return SimulationCheck.run(
        new Simulation(
            7,
            random ->
                new Scenario(
                    7,
                    true,
                    EnumSet.of(Fault.LOSS),
                    Limits.DEFAULT,
                    1,
                    100,
                    Upgrade.NONE,
                    link,
                    link,
                    troubles,
                    List.of(call(0, 0), call(1, 70 * Scenario.SECOND)))));
  }

  private static CallPlan call(int index, long startNanos) {
    CallTimeouts timeouts = new CallTimeouts(0, 60 * Scenario.SECOND, 20 * Scenario.SECOND);
    return new CallPlan(
        index, Side.A, 1, MANY, MANY, startNanos, 10 * MILLI, 0, 0, 0, timeouts, Sharing.SHARED);
  }

  @ParameterizedTest
  @CsvSource({
    "LOST, 1300, 60, 0",
    "LOST, 1300, 400, 0", // in the reply
    "LOST, 1228, 100, 0",
    "LOST, 576, 100, 0",
    "FRAGMENTED, 1300, 60, 0",
    "FRAGMENTED, 576, 400, 0.01",
  })
  void callIsNoneTheWorse(Oversize oversize, int mtu, long atMillis, double loss) {
    Simulation run = run(oversize, mtu, atMillis * MILLI, loss);
    assertThat(run.clients).allMatch(client -> client.succeeded);
    for (Side side : Side.values()) {
      LocalEndpoint local = run.host(side).endpoint.local();
      assertThat(local.peers().map(peer -> peer.packetBytes() + 28))
          .as("the size that is used in the end")
          .allSatisfy(bytes -> assertThat(bytes).isBetween(mtu == 576 ? 576 : 1228, mtu));
    }
  }
}
