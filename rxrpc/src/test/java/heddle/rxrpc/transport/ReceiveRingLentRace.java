package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Messages are received while the packets of those before are read where they lie. */
@JCStressTest
@State
@Outcome(id = "6, 1", expect = ACCEPTABLE, desc = "every byte, in order")
@Outcome(expect = FORBIDDEN, desc = "memory was filled anew before its packets were read")
public class ReceiveRingLentRace {
  private static final int MESSAGES = 3;
  private static final int PACKETS = 2; // of each

  private final ReceiveSlabs pool = new ReceiveSlabs(2);
  private final Lender lender = new Lender();
  private final ReceiveRing ring = new ReceiveRing(8, new ReceiveBudget(1 << 20), lender);
  private volatile boolean allProduced;

  @Actor
  public void receive() {
    ReceiveSlab slab = Objects.requireNonNull(pool.take());
    for (int message = 0; message < MESSAGES; message++) {
      ReceiveSlab spare = pool.take();
      slab.lending(spare != null);
      lender.handling(slab);
      for (int i = 0; i < PACKETS; i++) {
        slab.bytes().put(i, (byte) (message * PACKETS + i));
      }
      for (int i = 0; i < PACKETS; i++) {
        slab.bytes().limit(i + 1).position(i);
        ring.deliver(0, slab.bytes(), i, 1);
      }
      slab.bytes().clear();
      if (spare != null) {
        boolean needed = slab.settle();
        (needed ? slab : spare).letGo();
        slab = needed ? spare : slab;
      }
    }
    allProduced = true;
  }

  @Actor
  public void read(II_Result result) {
    ByteBuffer read = ByteBuffer.allocate(MESSAGES * PACKETS);
    boolean more = true;
    while (more) {
      more = !allProduced; // looked at first: then what is not there does not come any more
      while (ring.available() && read.hasRemaining()) {
        ring.read(read);
      }
    }
    result.r1 = read.position();
    result.r2 = 1;
    for (int i = 0; i < MESSAGES * PACKETS; i++) {
      if (read.get(i) != i) {
        result.r2 = 0;
      }
    }
  }
}
