package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.util.Random;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The reaper has retired a client's connection but not removed it yet: a packet comes. */
@JCStressTest
@State
@Outcome(
    id = "1",
    expect = ACCEPTABLE,
    desc = "the packet has the replacement, which knows what the channels did last")
@Outcome(expect = FORBIDDEN, desc = "the packet was dropped, or its connection was")
public class ServiceReplaceReapRace {
  private static final LastCall LAST = new LastCall(5, Completion.Plain.SUCCEEDED, 2, 0, 0, false);
  private static final PacketHeader HEADER =
      new PacketHeader(1, 4, 5, 1, 1, PacketType.DATA, PacketFlags.CLIENT_INITIATED, 0, 0, 0, 7);

  private final ServiceConnections table =
      new ServiceConnections(10, new FirstSerials(new Random(1)));
  private final ConnectionDriver first;
  private ConnectionDriver found;

  public ServiceReplaceReapRace() {
    Peer peer = new Peer(RaceEndpoint.PEER, Limits.DEFAULT);
    first =
        table.add(
            HEADER,
            RaceEndpoint.PEER,
            firstSerial ->
                new ConnectionDriver(
                    Role.SERVICE,
                    new ConnectionDriver.Identity(1, 4, 7, 0),
                    peer,
                    null,
                    firstSerial));
    first.callEnded(0, null, LAST, null); // gives the hold back
    first.uses().retire();
  }

  @Actor
  public void packet() {
    found = table.acquire(HEADER, RaceEndpoint.PEER);
  }

  @Actor
  public void finishReaping() {
    table.forget(ServiceConnections.key(HEADER, RaceEndpoint.PEER), first);
  }

  @Arbiter
  public void look(I_Result result) {
    boolean nothingToHandle = found == null && table.size() == 0;
    boolean replaced =
        found != null
            && found != first
            && found.last(0).equals(LAST)
            && found.uses().get() == 2
            && table.all().contains(found);
    result.r1 = nothingToHandle || replaced ? 1 : 0;
  }
}
