package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.protocol.Completion;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** An endpoint is closed while somebody makes a call. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the call has ended, and the tables are empty")
@Outcome(expect = FORBIDDEN, desc = "the call does not know that it is over, or the table keeps it")
public class CloseNewCallRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final Bundle bundle = endpoint.bundle();
  private CallDriver call;

  @Actor
  public void newCall() {
    call = endpoint.call(bundle);
  }

  @Actor
  public void close() {
    endpoint.local().close();
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = call.completion() == Completion.Plain.ENDPOINT_CLOSED ? 1 : 0;
    result.r2 = endpoint.local().callCount() + endpoint.local().timers().size();
  }
}
