package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.protocol.AbortReason;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A call takes a channel while the reaper drops the idle connection that has it. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken before the reaper came")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "reaped; the call has a new connection")
@Outcome(expect = FORBIDDEN, desc = "packets for the call will not find its connection")
public class ChannelReapRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final ConnectionDriver first;
  private CallDriver call;

  public ChannelReapRace() {
    Bundle bundle = endpoint.bundle();
    CallDriver before = endpoint.call(bundle);
    RaceEndpoint.request(before);
    first = before.connection();
    before.abort(1, AbortReason.USER);
    bundle.release();
  }

  @Actor
  public void take() {
    Bundle bundle = endpoint.bundle();
    call = endpoint.call(bundle);
    bundle.release();
    RaceEndpoint.request(call);
  }

  @Actor
  public void reap() {
    RaceEndpoint.dawdle();
    endpoint.reap();
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = endpoint.isKnown(call.connection()) ? 1 : 0;
    result.r2 = call.connection() == first ? 0 : 1;
  }
}
