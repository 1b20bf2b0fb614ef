package heddle.rxrpc.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Packets go through the ring while it grows. */
@JCStressTest
@State
@Outcome(id = "6, 1", expect = ACCEPTABLE, desc = "every byte, in order")
@Outcome(expect = FORBIDDEN, desc = "bytes were lost or changed")
public class ReceiveRingRace {
  private static final int PACKETS = 6; // the ring begins with fewer places

  private final ReceiveRing ring = new ReceiveRing(8, new ReceiveBudget(1 << 20), new Lender());
  private volatile boolean allProduced;

  @Actor
  public void produce() {
    ByteBuffer packet = ByteBuffer.allocate(1);
    for (int i = 0; i < PACKETS; i++) {
      ring.deliver(0, packet.put(0, (byte) i), 0, 1);
    }
    allProduced = true;
  }

  @Actor
  public void consume(II_Result result) {
    ByteBuffer read = ByteBuffer.allocate(PACKETS);
    boolean more = true;
    while (more) {
      more = !allProduced; // looked at first: then what is not there does not come any more
      while (ring.available() && read.hasRemaining()) {
        ring.read(read);
      }
    }
    result.r1 = read.position();
    result.r2 = 1;
    for (int i = 0; i < PACKETS; i++) {
      if (read.get(i) != i) {
        result.r2 = 0;
      }
    }
  }
}
