package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.transport.Scenario.CallPlan;
import heddle.rxrpc.transport.Scenario.Fault;
import heddle.rxrpc.transport.Scenario.Side;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What holds of every simulated run. */
final class SimulationCheck {
  private final Simulation run;
  private final Scenario scenario;
  private final Map<Integer, SimulatedService> executions = new HashMap<>();

  private SimulationCheck(Simulation run) {
    this.run = run;
    this.scenario = run.scenario;
  }

  /** Runs the scenario of a seed and checks it. */
  static Simulation run(long seed) {
    return run(new Simulation(seed));
  }

  /** Runs the scenario of a seed with a log of all datagrams, and checks it. */
  static Simulation replay(long seed, Consumer<String> log) {
    Simulation run = new Simulation(seed);
    log.accept(run.level + " " + run.scenario);
    run.trace(log);
    return run(run);
  }

  /** Runs and checks. */
  static Simulation run(Simulation run) {
    try {
      run.run();
      new SimulationCheck(run).check();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "replay with mvn test -pl rxrpc -Dtest=SimulationTest -Drx.seed="
              + run.scenario.seed()
              + ": "
              + e.getMessage()
              + "\n"
              + run.level
              + run.scenario,
          e);
    }
    return run;
  }

  private void check() {
    run.watch.violation().ifPresent(violation -> require(false, violation, ""));
    String caller = run.level.isPresent() ? "alice@TEST.EXAMPLE" : "null";
    require(run.callers.stream().allMatch(caller::equals), "calls of another caller", run.callers);
    run.services.forEach(this::checkService);
    run.clients.forEach(this::checkClient);
    if (nothingCanBeLost()) {
      require(run.watch.resentPackets() == 0, "sent again without need", run.watch.resentPackets());
    }
    for (Side side : Side.values()) {
      idle(run.host(side));
    }
    run.close();
    for (Side side : Side.values()) {
      empty(run.host(side));
    }
  }

  private void checkService(SimulatedService service) {
    require(service.done, "service goes on", service);
    Completion how = service.call.completion();
    require(how != null, "service call has not ended", service);
    require(service.failure == null || service.failure.equals(how), "ended twice", service);
    if (service.executed && !isPhantom(service)) {
      SimulatedService before = executions.put(service.plan.index(), service);
      require(before == null || mayExecuteAgain(), "executed twice", service);
    }
  }

  /** A service that has lost its memory cannot know that it has executed a call. */
  private boolean mayExecuteAgain() {
    return scenario.faults().contains(Fault.RESTART) || scenario.faults().contains(Fault.REBINDING);
  }

  /** A damaged request may open a call of a connection that no client has. */
  private boolean isPhantom(SimulatedService service) {
    return scenario.faults().contains(Fault.CORRUPTION)
        && run.clients.stream().noneMatch(client -> client.isServedBy(service));
  }

  private void checkClient(SimulatedClient client) {
    CallPlan plan = client.plan();
    require(client.done, "client goes on", client);
    Completion how = client.call.completion();
    require(how != null, "client call has not ended", client);
    require(client.failure == null || client.failure.equals(how), "ended twice", client);
    SimulatedService execution = executions.get(plan.index());
    if (client.succeeded) {
      require(how == Completion.Plain.SUCCEEDED, "success without success", client);
      require(client.read == plan.replyBytes(), "reply of another length", client);
      require(execution != null, "succeeded without execution", client);
      int service = scenario.upgrade() == Upgrade.ASKED ? 2 : plan.serviceId();
      require(client.call.serviceId() == service, "served by another service", client);
      require(plan.handlerAborts() == 0, "handler aborts and call succeeds", client);
    } else {
      require(client.failure != null, "neither success nor failure", client);
      checkFailure(client, plan, how);
    }
    boolean duplicateCameAfterBusy =
        how == Completion.Plain.PEER_BUSY && scenario.faults().contains(Fault.DUPLICATION);
    if (!client.call.mayHaveExecuted() && !duplicateCameAfterBusy) {
      require(execution == null, "executed, but said not to have been", client);
    }
    if (execution != null) {
      checkAcknowledged(client, execution);
    }
  }

  /** What one side took for delivered, the other side has. */
  private void checkAcknowledged(SimulatedClient client, SimulatedService service) {
    require(
        client.call.bytesAcknowledged() <= service.read + CallPlan.HEADER_BYTES,
        "acknowledged bytes of the request are lost",
        service);
    boolean clientGaveUp = client.failure != null;
    require(
        clientGaveUp || service.call.bytesAcknowledged() <= client.read,
        "acknowledged bytes of the reply are lost",
        client);
  }

  private void checkFailure(SimulatedClient client, CallPlan plan, Completion how) {
    boolean planned =
        switch (how) {
          case Completion.RemotelyAborted(int code) ->
              code == plan.handlerAborts() && plan.handlerAborts() != 0;
          case Completion.LocallyAborted(int code, var reason) ->
              plan.abortNanos() > 0
                  && reason == AbortReason.USER
                  && code == SimulatedClient.ABORT_CODE;
          case Completion.TimedOut(var which) ->
              which == Completion.Timeout.HARD && plan.timeouts().hardNanos() > 0;
          default -> false;
        };
    require(planned || !scenario.mild(), "failed although nothing bad happened", client);
  }

  private boolean nothingCanBeLost() {
    return scenario.mild()
        && !scenario.faults().contains(Fault.SLOW_USERS)
        && scenario.limits().receiveWindow() == Limits.DEFAULT.receiveWindow()
        && scenario.fromA().isFaultless()
        && scenario.fromB().isFaultless()
        && scenario.fromA().bytesPerSecond() == 0
        && scenario.fromB().bytesPerSecond() == 0
        && scenario.fromA().jitterNanos() == 0
        && scenario.fromB().jitterNanos() == 0
        && scenario.troubles().isEmpty();
  }

  /** Nothing is under way at an endpoint that is still open. */
  private static void idle(Simulation.Host host) {
    LocalEndpoint local = host.endpoint.local();
    faultless(local);
    require(local.callCount() == 0, "calls in the table", local.callCount());
    require(local.timers().size() == 0, "timers", local.timers().size());
    require(local.waitingCalls() == 0, "calls that wait for a channel", local.waitingCalls());
    require(local.connectionCount() == 0, "connections", local.connectionCount());
    for (HostedService service : host.hosted) {
      require(service.activeCalls() == 0, "active calls", service.activeCalls());
    }
  }

  /** No exception had to be caught to keep the timer alive; the receive loop's come through. */
  private static void faultless(LocalEndpoint local) {
    require(local.timers().faults() == 0, "faults in timers", local.timers().faults());
  }

  /** Nothing is left of an endpoint that was closed. */
  static void empty(Simulation.Host host) {
    LocalEndpoint local = host.endpoint.local();
    require(local.callCount() == 0, "calls after close", local.callCount());
    require(local.timers().size() == 0, "timers after close", local.timers().size());
    require(local.waitingCalls() == 0, "waiting calls after close", local.waitingCalls());
    require(local.connectionCount() == 0, "connections after close", local.connectionCount());
  }

  private static void require(boolean holds, String what, Object where) {
    if (!holds) {
      throw new AssertionError(what + ": " + where);
    }
  }
}
