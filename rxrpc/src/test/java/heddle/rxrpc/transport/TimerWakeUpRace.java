package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The timer thread goes to wait at the moment in which an earlier deadline is set. */
@JCStressTest
@State
@Outcome(id = "1", expect = ACCEPTABLE, desc = "woken")
@Outcome(expect = FORBIDDEN, desc = "the wake-up was lost")
public class TimerWakeUpRace {
  private final TimerLoop timers = new TimerLoop(NanoClock.system());
  private volatile boolean fired;

  private final Timeout timeout =
      new Timeout() {
        @Override
        void onTimeout(long nowNanos) {
          fired = true;
          timers.stop();
        }
      };

  @Actor
  public void waiter(I_Result result) {
    RaceEndpoint.dawdle();
    RaceRescue rescue = RaceRescue.begin();
    boolean woken = isWoken();
    result.r1 = rescue.wasNotNeeded() && woken ? 1 : 0;
  }

  private boolean isWoken() {
    timers.run();
    return fired;
  }

  @Actor
  public void schedule() {
    timers.schedule(timeout, System.nanoTime());
  }
}
