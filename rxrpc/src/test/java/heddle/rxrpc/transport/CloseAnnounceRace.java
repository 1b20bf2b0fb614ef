package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.transport.HostedService.Charging;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A call comes in while its service is closed. */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nobody serves it, and nothing is left of it")
@Outcome(expect = FORBIDDEN, desc = "a call that nobody can accept any more is still there")
public class CloseAnnounceRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final HostedService service = endpoint.listen(Charging.AUTOMATIC);

  @Actor
  public void packet() {
    endpoint.receiveRequest();
  }

  @Actor
  public void close() {
    RaceEndpoint.dawdle();
    service.close();
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = service.activeCalls();
    result.r2 = endpoint.local().callCount();
  }
}
