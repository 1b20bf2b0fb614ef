package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.protocol.AbortReason;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A call goes to wait at the moment in which a channel gets free. */
@JCStressTest
@State
@Outcome(id = "1", expect = ACCEPTABLE, desc = "woken")
@Outcome(expect = FORBIDDEN, desc = "the wake-up was lost")
public class ChannelWakeUpRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final Bundle bundle = endpoint.bundle();
  private final CallDriver[] holders = new CallDriver[ConnectionDriver.CHANNELS];
  private final CallDriver call = endpoint.call(bundle);

  public ChannelWakeUpRace() {
    for (int i = 0; i < holders.length; i++) {
      holders[i] = endpoint.call(bundle);
      RaceEndpoint.request(holders[i]);
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
  public void release() {
    holders[0].abort(1, AbortReason.USER);
  }
}
