package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.protocol.Completion;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A reader goes to wait at the moment in which the call ends. */
@JCStressTest
@State
@Outcome(id = "1", expect = ACCEPTABLE, desc = "woken")
@Outcome(expect = FORBIDDEN, desc = "the wake-up was lost")
public class EndWakeUpRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final CallDriver call = endpoint.call(endpoint.bundle());

  public EndWakeUpRace() {
    RaceEndpoint.request(call);
  }

  @Actor
  public void waiter(I_Result result) {
    RaceEndpoint.dawdle();
    RaceRescue rescue = RaceRescue.begin();
    boolean woken = isWoken();
    result.r1 = rescue.wasNotNeeded() && woken ? 1 : 0;
  }

  private boolean isWoken() {
    try {
      return call.read(ByteBuffer.allocate(4)) == 4;
    } catch (CallEndedException e) {
      return e.completion() instanceof Completion.LocallyAborted(int code, var reason) && code == 1;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Actor
  public void abort() {
    call.abort(1, AbortReason.USER);
  }
}
