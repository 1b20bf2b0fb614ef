package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A look-up takes a bundle from the cache while the reaper drops it. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken before the reaper came")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "reaped, and replaced by another")
@Outcome(expect = FORBIDDEN, desc = "the taker holds what the cache does not know")
public class TakeReapRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final ConnectionCache cache = new ConnectionCache(4);
  private final Bundle first = endpoint.acquire(cache);
  private Bundle taken;

  public TakeReapRace() {
    first.release();
  }

  @Actor
  public void take() {
    taken = endpoint.acquire(cache);
  }

  @Actor
  public void reap() {
    cache.reap(0, 0);
  }

  @Arbiter
  public void look(II_Result result) {
    boolean good = cache.bundles().contains(taken) && taken.uses().get() == 2;
    result.r1 = good ? 1 : 0;
    result.r2 = taken == first ? 0 : 1;
  }
}
