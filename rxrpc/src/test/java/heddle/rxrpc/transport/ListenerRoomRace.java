package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A user that does not wait fills the window at the moment in which it opens again, and so does the
 * call's listener: one of them is turned away, and only the listener comes back.
 */
@JCStressTest
@State
@Outcome(id = "1", expect = ACCEPTABLE, desc = "all is sent")
@Outcome(expect = FORBIDDEN, desc = "nobody was told of the room")
public class ListenerRoomRace {
  private static final int PATIENCE_SECONDS = 20;
  private static final int MORE_THAN_A_WINDOW = (RaceEndpoint.WINDOW + 1) * 560;

  private final RaceEndpoint endpoint = new RaceEndpoint();
  private final CallDriver call = endpoint.call(endpoint.bundle());
  private final ByteBuffer request = ByteBuffer.allocate(MORE_THAN_A_WINDOW);
  private final CountDownLatch sent = new CountDownLatch(1);

  private void send() {
    try {
      if (call.trySend(request, false)) {
        sent.countDown();
      }
    } catch (CallEndedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  public void user() {
    call.whenReady(this::send);
    RaceEndpoint.dawdle();
    send();
  }

  @Actor
  public void acknowledgement() {
    while (call.connection() == null || call.roomPackets() > 0) {
      Thread.onSpinWait();
    }
    endpoint.receiveAck(call, 1 + RaceEndpoint.WINDOW);
  }

  @Arbiter
  public void seeAllSent(I_Result result) {
    result.r1 = isAllSent() ? 1 : 0;
  }

  private boolean isAllSent() {
    try {
      return sent.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }
}
