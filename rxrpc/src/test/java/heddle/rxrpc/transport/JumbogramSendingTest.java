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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Datagrams of several packets, and large packets, go only to who asks, and only where they fit.
 */
class JumbogramSendingTest {
  private static final int MANY = 2_000 * 1412;
  private static final Limits LARGE = Limits.DEFAULT.withJumboPackets(6).withLargePackets();

  private static Simulation run(int jumboPackets, int mtu, List<Trouble> troubles) {
    return run(Limits.DEFAULT.withJumboPackets(jumboPackets), mtu, troubles);
  }

  private static Simulation run(Limits limits, int mtu, List<Trouble> troubles) {
    return run(limits, mtu, Oversize.FRAGMENTED, troubles);
  }

  private static Simulation run(Limits limits, int mtu, Oversize oversize, List<Trouble> troubles) {
    LinkFaults link = LinkFaults.NONE.withRate(20_000_000).withMtu(mtu).withOversize(oversize);
    CallTimeouts timeouts = new CallTimeouts(0, 60 * Scenario.SECOND, 20 * Scenario.SECOND);
    return SimulationCheck.run(
        new Simulation(
            7,
            random ->
                new Scenario(
                    7,
                    true,
                    EnumSet.of(Fault.LOSS),
                    limits,
                    1,
                    100,
                    Upgrade.NONE,
                    link,
                    link,
                    troubles,
                    List.of(plan(0, timeouts), plan(1, timeouts)))));
  }

  private static CallPlan plan(int index, CallTimeouts timeouts) {
    return new CallPlan(index, Side.A, 1, MANY, MANY, 0, 0, 0, 0, 0, timeouts, Sharing.SHARED);
  }

  @Test
  void packetsTravelTogetherWhereThePathIsProvedToCarryThem() {
    Simulation run = run(6, 9000, List.of());
    assertThat(run.clients).allMatch(client -> client.succeeded);
    assertThat(run.watch.jumbograms()).isGreaterThan(1_000); // of 8,000 packets
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

  @Test
  void largePacketsAreSentWhereThePathIsProvedToCarryThem() {
    Simulation run = run(LARGE, 9000, List.of());
    assertThat(run.clients).allMatch(client -> client.succeeded);
    assertThat(run.watch.largePackets()).isGreaterThan(1_000); // of 1,380
  }

  @Test
  void noPacketIsLargeWithoutBeingAskedFor() {
    assertThat(run(46, 9000, List.of()).watch.largePackets()).isZero();
  }

  @Test
  void noPacketIsLargeWhereItDoesNotFit() {
    assertThat(run(LARGE, 8_000, List.of()).watch.largePackets()).isZero();
  }

  @Test
  void noPacketIsLargeWhereDatagramsAreNotToBe() {
    Limits alone = Limits.DEFAULT.withLargePackets();
    assertThat(run(alone, 9000, List.of()).watch.largePackets()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "LOST, 1500, 100",
    "LOST, 1300, 100",
    "LOST, 1500, 4", // while the windows are small
    "LOST, 1500, 10",
    "FRAGMENTED, 1500, 100",
    "FRAGMENTED, 576, 100"
  })
  void packetsAreSmallAgainWhenThePathShrinks(Oversize oversize, int mtu, long atMillis) {
    List<Trouble> troubles =
        List.of(
            new Trouble(atMillis * Scenario.MILLI, Trouble.Kind.MTU, Side.A, mtu),
            new Trouble(atMillis * Scenario.MILLI, Trouble.Kind.MTU, Side.B, mtu));
    Simulation run = run(LARGE, 9000, oversize, troubles);
    assertThat(run.clients).allMatch(client -> client.succeeded);
    assertThat(run.watch.largePackets()).isGreaterThan(10);
    if (oversize == Oversize.LOST) {
      assertThat(run.host(Side.A).endpoint.local().peers().map(peer -> peer.packetBytes() + 28))
          .as("the size that is used in the end")
          .allSatisfy(bytes -> assertThat(bytes).isBetween(1228, mtu));
    }
  }
}
