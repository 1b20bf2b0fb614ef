package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The reaper has retired a bundle but not removed it yet: a look-up replaces it. */
@JCStressTest
@State
@Outcome(
    id = "1, 1",
    expect = ACCEPTABLE,
    desc = "both look-ups hold the replacement, which the cache knows")
@Outcome(expect = FORBIDDEN, desc = "the replacement was removed, or there were two")
public class ReplaceReapRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final ConnectionCache cache = new ConnectionCache(4);
  private final Bundle first = endpoint.acquire(cache);
  private Bundle taken;
  private Bundle takenByReaper;

  public ReplaceReapRace() {
    first.release();
    first.retire();
  }

  @Actor
  public void take() {
    taken = endpoint.acquire(cache);
  }

  @Actor
  public void finishReaping() {
    cache.forget(first);
    takenByReaper = endpoint.acquire(cache);
  }

  @Arbiter
  public void look(II_Result result) {
    result.r1 = taken != first && cache.bundles().contains(taken) ? 1 : 0;
    result.r2 = taken == takenByReaper && taken.uses().get() == 3 ? 1 : 0;
  }
}
