package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A writer goes to wait at the moment in which the window opens. */
@JCStressTest
@State
@Outcome(id = "1", expect = ACCEPTABLE, desc = "woken")
@Outcome(expect = FORBIDDEN, desc = "the wake-up was lost")
public class WriterWakeUpRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final CallDriver call = endpoint.call(endpoint.bundle());

  public WriterWakeUpRace() {
    try {
      if (call.trySend(ByteBuffer.allocate(10_000), false)) {
        throw new IllegalStateException("the window is not full");
      }
    } catch (CallEndedException e) {
      throw new IllegalStateException(e);
    }
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
      call.send(ByteBuffer.allocate(1), false);
      return true;
    } catch (CallEndedException | InterruptedException e) {
      return false;
    }
  }

  @Actor
  public void acknowledgement() {
    endpoint.receiveAck(call, 1 + RaceEndpoint.WINDOW);
  }
}
