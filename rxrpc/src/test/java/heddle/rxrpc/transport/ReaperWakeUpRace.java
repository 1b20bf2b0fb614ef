package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.transport.HostedService.Charging;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A connection is made while the reaper, which found none, goes to rest. */
@JCStressTest
@State
@Outcome(id = "0", expect = ACCEPTABLE, desc = "the reaper comes again")
@Outcome(expect = FORBIDDEN, desc = "a connection that nobody will ever reap")
public class ReaperWakeUpRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();

  public ReaperWakeUpRace() {
    endpoint.listen(Charging.BY_USER);
    endpoint.bundle().release(); // something to reap, so that the reaper is on its way
  }

  @Actor
  public void connect() {
    endpoint.receiveRequest(); // BUSY, but now there is a connection
  }

  @Actor
  public void reap() {
    RaceEndpoint.dawdle();
    endpoint.reap();
  }

  @Arbiter
  public void look(I_Result result) {
    boolean comesAgain = endpoint.local().timers().size() > 0;
    result.r1 = comesAgain ? 0 : endpoint.local().connectionCount();
  }
}
