package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.transport.HostedService.Charging;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A user goes to wait for a call at the moment in which one comes in. */
@JCStressTest
@State
@Outcome(id = "1", expect = ACCEPTABLE, desc = "woken")
@Outcome(expect = FORBIDDEN, desc = "the wake-up was lost")
public class AcceptWakeUpRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final HostedService service = endpoint.listen(Charging.AUTOMATIC);

  @Actor
  public void waiter(I_Result result) {
    RaceEndpoint.dawdle();
    RaceRescue rescue = RaceRescue.begin();
    boolean woken = isWoken();
    result.r1 = rescue.wasNotNeeded() && woken ? 1 : 0;
  }

  private boolean isWoken() {
    try {
      return service.accept() != null;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Actor
  public void packet() {
    endpoint.receiveRequest();
  }
}
