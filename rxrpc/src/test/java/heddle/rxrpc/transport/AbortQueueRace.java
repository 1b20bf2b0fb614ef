package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.protocol.AbortReason;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A call goes to wait for a channel at the moment in which it is aborted. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "it has ended, and nothing is left behind")
@Outcome(expect = FORBIDDEN, desc = "it waits, or is counted as one that waits")
public class AbortQueueRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final Bundle bundle = endpoint.bundle();
  private final CallDriver call = endpoint.call(bundle);

  public AbortQueueRace() {
    for (int i = 0; i < ConnectionDriver.CHANNELS; i++) {
      RaceEndpoint.request(endpoint.call(bundle));
    }
  }

  @Actor
  public void request() {
    RaceEndpoint.dawdle();
    RaceEndpoint.request(call);
  }

  @Actor
  public void abort() {
    call.abort(1, AbortReason.USER);
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = call.isFinished() && bundle.waitingCalls() == 0 ? 1 : 0;
    result.r2 = endpoint.local().waitingCalls();
  }
}
