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

/** A call gets a channel at the moment in which it is aborted. */
@JCStressTest
@State
@Outcome(
    id = "1, 0",
    expect = ACCEPTABLE,
    desc = "it has ended, and the channel is free for the next")
@Outcome(expect = FORBIDDEN, desc = "the channel is lost, or somebody waits for ever")
public class AbortGrantRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final Bundle bundle = endpoint.bundle();
  private final CallDriver[] holders = new CallDriver[ConnectionDriver.CHANNELS];
  private final CallDriver waiting;

  public AbortGrantRace() {
    for (int i = 0; i < holders.length; i++) {
      holders[i] = endpoint.call(bundle);
      RaceEndpoint.request(holders[i]);
    }
    waiting = endpoint.call(bundle);
    RaceEndpoint.request(waiting);
  }

  @Actor
  public void grant() {
    holders[0].abort(1, AbortReason.USER);
  }

  @Actor
  public void abort() {
    RaceEndpoint.dawdle();
    waiting.abort(1, AbortReason.USER);
  }

  @Arbiter
  public void look(II_Result result) {
    CallDriver next = endpoint.call(bundle);
    result.r1 = waiting.isFinished() && RaceEndpoint.request(next) ? 1 : 0;
    result.r2 = bundle.waitingCalls() + endpoint.local().waitingCalls();
  }
}
