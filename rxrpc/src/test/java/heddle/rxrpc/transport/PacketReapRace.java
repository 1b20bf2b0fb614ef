package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.transport.HostedService.Charging;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A call comes in on a connection that the reaper drops at this moment. */
@JCStressTest
@State
@Outcome(
    id = "1",
    expect = ACCEPTABLE,
    desc = "the call is there, and its connection is the one that further packets find")
@Outcome(expect = FORBIDDEN, desc = "the packet was dropped, or its connection was")
public class PacketReapRace {
  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final HostedService service = endpoint.listen(Charging.BY_USER);

  public PacketReapRace() {
    endpoint.receiveRequest(); // BUSY, but now there is a connection
    service.charge(1, null);
  }

  @Actor
  public void packet() {
    endpoint.receiveRequest();
  }

  @Actor
  public void reap() {
    RaceEndpoint.dawdle();
    endpoint.reap();
  }

  @Arbiter
  public void look(I_Result result) {
    CallDriver call = service.tryAccept();
    result.r1 = call != null && endpoint.isKnown(call.connection()) ? 1 : 0;
  }
}
