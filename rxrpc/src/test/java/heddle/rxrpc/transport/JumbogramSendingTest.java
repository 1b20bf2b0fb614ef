package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.testkit.LinkFaults;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import heddle.rxrpc.transport.Scenario.CallPlan;
import heddle.rxrpc.transport.Scenario.Fault;
import heddle.rxrpc.transport.Scenario.Side;
import heddle.rxrpc.transport.Scenario.Trouble;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Datagrams of several packets go only to who asks for them, and only where they fit. */
class JumbogramSendingTest {
  private static final int MANY = 2_000 * 1412;

  private static Simulation run(int jumboPackets, int mtu, List<Trouble> troubles) {
    LinkFaults link = LinkFaults.NONE.withRate(20_000_000).withMtu(mtu);
    CallTimeouts timeouts = new CallTimeouts(0, 60 * Scenario.SECOND, 20 * Scenario.SECOND);
    return SimulationCheck.run(
        new Simulation(
            7,
            random ->
                new Scenario(
                    7,
                    true,
                    EnumSet.of(Fault.LOSS),
                    Limits.DEFAULT.withJumboPackets(jumboPackets),
                    1,
                    100,
                    Upgrade.NONE,
                    link,
                    link,
                    troubles,
                    List.of(
                        new CallPlan(
                            0, Side.A, 1, MANY, MANY, 0, 0, 0, 0, 0, timeouts, Sharing.SHARED)))));
  }

  @Test
  void packetsTravelTogetherWhereThePathIsProvedToCarryThem() {
    Simulation run = run(6, 9000, List.of());
    assertThat(run.clients).allMatch(client -> client.succeeded);
    assertThat(run.watch.jumbograms()).isGreaterThan(400); // of 4,000 packets
  }

  @Test
  void nothingTravelsTogetherWithoutBeingAskedFor() {
    assertThat(run(1, 9000, List.of()).watch.jumbograms()).isZero();
  }

  @Test
  void nothingTravelsTogetherWhereItDoesNotFit() {
    assertThat(run(6, 1500, List.of()).watch.jumbograms()).isZero();
  }

  @Test
  void packetsTravelAloneAgainWhenThePathSwallowsJumbograms() {
    Simulation run =
        run(
            6,
            9000,
            List.of(
                new Trouble(100 * Scenario.MILLI, Trouble.Kind.MTU, Side.A, 1500),
                new Trouble(100 * Scenario.MILLI, Trouble.Kind.MTU, Side.B, 1500)));
    assertThat(run.clients).allMatch(client -> client.succeeded);
    assertThat(run.watch.jumbograms()).isGreaterThan(10);
    assertThat(run.elapsedNanos())
        .as("with the expiry of connections")
        .isLessThan(200 * Scenario.SECOND);
  }
}
