package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.security.rxkad.RxkadError;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.transport.Scenario.Side;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody on the path changes packets: no user gets a wrong byte, and each is told why. */
class TamperingSimulationTest {
  private static final long RUNS = 150;
  private static final Set<Optional<RxkadError>> VIOLATIONS =
      Set.of(Optional.of(RxkadError.SEALED_INCONSISTENT), Optional.of(RxkadError.DATA_LEN));

  @ParameterizedTest
  @EnumSource(names = {"AUTH", "CRYPT"})
  @Timeout(300)
  void aChangedPacketEndsItsCallAndNothingElse(RxkadLevel level) {
    int violated = 0;
    int succeeded = 0;
    for (long seed = 1; seed <= RUNS; seed++) {
      long number = seed;
      Simulation run =
          new Simulation(seed, random -> Scenario.draw(number, random), Optional.of(level));
      run.tamper(0.01);
      run.run(); // users compare each byte
      for (SimulatedClient client : run.clients) {
        assertThat(client.done).as("%s", client).isTrue();
        succeeded += client.succeeded ? 1 : 0;
        violated += !client.succeeded && isViolation(run, client) ? 1 : 0;
      }
      assertThat(run.host(Side.A).endpoint.local().timers().faults()).isZero();
      run.close();
      SimulationCheck.empty(run.host(Side.A));
      SimulationCheck.empty(run.host(Side.B));
    }
    assertThat(violated).isGreaterThan(100);
    assertThat(succeeded).isGreaterThan(100);
  }

  private static boolean isViolation(Simulation run, SimulatedClient client) {
    Optional<RxkadError> error =
        switch (client.failure) {
          case Completion.RemotelyAborted(int code) -> RxkadError.fromAbortCode(code);
          case Completion.LocallyAborted(int code, AbortReason reason) ->
              reason.violation().isPresent() ? RxkadError.fromAbortCode(code) : Optional.empty();
          default -> Optional.empty();
        };
    boolean violation = VIOLATIONS.contains(error);
    assertThat(violation || !run.scenario.mild() || (error.isEmpty() && aborts(client)))
        .as("seed %s: %s", run.scenario.seed(), client)
        .isTrue();
    return violation;
  }

  /** The plan of the call says that one of its users ends it. */
  private static boolean aborts(SimulatedClient client) {
    return client.plan().abortNanos() > 0 || client.plan().handlerAborts() != 0;
  }
}
