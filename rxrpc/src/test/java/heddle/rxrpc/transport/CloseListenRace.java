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

/** An endpoint is closed while somebody hosts a service. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the service is closed, and the table is empty")
@Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "there is no service, and the table is empty")
@Outcome(expect = FORBIDDEN, desc = "the service waits for ever, or the table keeps it")
public class CloseListenRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private HostedService service;

  @Actor
  public void listen() {
    RaceEndpoint.dawdle();
    try {
      service = endpoint.listen(Charging.BY_USER);
    } catch (IllegalStateException e) {
      service = null; // the endpoint is closed
    }
  }

  @Actor
  public void close() {
    RaceEndpoint.dawdle();
    endpoint.local().close();
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = service == null ? -1 : isClosed(service) ? 1 : 0;
    result.r2 = endpoint.local().leftovers().size();
  }

  private static boolean isClosed(HostedService service) {
    try {
      return !service.charge(0, null);
    } catch (IllegalStateException e) {
      return false; // it would have made a call
    }
  }
}
