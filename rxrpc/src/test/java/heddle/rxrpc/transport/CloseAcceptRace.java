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

/** A service is closed while somebody accepts a call of it. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "accepted, and goes on")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "turned away")
@Outcome(expect = FORBIDDEN, desc = "accepted although it ended, or left over")
public class CloseAcceptRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final HostedService service = endpoint.listen(Charging.AUTOMATIC);
  private CallDriver accepted;

  public CloseAcceptRace() {
    endpoint.receiveRequest();
  }

  @Actor
  public void accept() {
    accepted = service.tryAccept();
  }

  @Actor
  public void close() {
    service.close();
  }

  @Arbiter
  public void look(II_Result result) {
    if (accepted != null) {
      result.r1 = accepted.completion() == null ? 1 : 2;
    }
    result.r2 = service.activeCalls() == 0 && endpoint.local().callCount() == 0 ? 1 : 0;
  }
}
