package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.testkit.LinkFaults;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import heddle.rxrpc.transport.Scenario.CallPlan;
import heddle.rxrpc.transport.Scenario.Fault;
import heddle.rxrpc.transport.Scenario.Side;
import heddle.rxrpc.transport.Scenario.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A scenario that a test decides; the seed decides only what becomes of each datagram. */
final class FixedScenario {
  private static final CallTimeouts TIMEOUTS =
      new CallTimeouts(0, 600 * Scenario.SECOND, 20 * Scenario.SECOND);

  private final List<CallPlan> calls = new ArrayList<>();
  private final List<Trouble> troubles = new ArrayList<>();
  private LinkFaults link = LinkFaults.NONE;
  private Set<Fault> faults = Set.of(Fault.LOSS, Fault.DUPLICATION, Fault.REORDERING);
  private int connections = 1;
  private Upgrade upgrade = Upgrade.NONE;

  FixedScenario link(LinkFaults both) {
    link = both;
    return this;
  }

  FixedScenario connections(int perBundle) {
    connections = perBundle;
    return this;
  }

  FixedScenario upgrade(Upgrade wanted) {
    upgrade = wanted;
    return this;
  }

  /** Something befalls side B, of which calls may fail. */
  FixedScenario trouble(long atNanos, Trouble.Kind kind) {
    troubles.add(new Trouble(atNanos, kind, Side.B, 0));
    faults = Set.of(Fault.LONG_PARTITION, Fault.RESTART);
    return this;
  }

  /** Adds a call of A to B's service. */
  FixedScenario call(int service, int bytes, long startNanos, long thinkNanos, Sharing sharing) {
    calls.add(
        new CallPlan(
            calls.size(),
            Side.A,
            service,
            CallPlan.HEADER_BYTES + bytes,
            bytes,
            startNanos,
            thinkNanos,
            0,
            0,
            0,
            TIMEOUTS,
            sharing));
    return this;
  }

  /** Runs it, checks what holds of each run, and gives {@code log} a line for each datagram. */
  Simulation run(long seed, Consumer<String> log) {
    boolean mild = faults.stream().allMatch(Fault::isMild);
    Scenario scenario =
        new Scenario(
            seed,
            mild,
            faults,
            Limits.DEFAULT,
            connections,
            1000,
            upgrade,
            link,
            link,
            List.copyOf(troubles),
            List.copyOf(calls));
    Simulation run = new Simulation(seed, random -> scenario);
    run.trace(log);
    return SimulationCheck.run(run);
  }
}
