package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A reader goes to wait at the moment in which the data comes. */
@JCStressTest
@State
@Outcome(id = "1", expect = ACCEPTABLE, desc = "woken")
@Outcome(expect = FORBIDDEN, desc = "the wake-up was lost")
public class ReaderWakeUpRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final CallDriver call = endpoint.call(endpoint.bundle());

  public ReaderWakeUpRace() {
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
    } catch (CallEndedException | InterruptedException e) {
      return false;
    }
  }

  @Actor
  public void packet() {
    endpoint.receiveReply(call, 1, 0);
  }
}
