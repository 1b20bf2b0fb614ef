package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.transport.Scenario.CallPlan;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The user of a service's call: reads the request, thinks, writes the reply. */
final class SimulatedService extends SimulatedUser {
  final CallDriver call;
  private final List<CallPlan> plans;
  private final ByteBuffer header = ByteBuffer.allocate(CallPlan.HEADER_BYTES);
  private @Nullable Pattern request;
  private @Nullable Pattern reply;
  @Nullable CallPlan plan;
  boolean executed;

  SimulatedService(CallDriver call, List<CallPlan> plans, RandomGenerator random) {
    super(random);
    this.call = call;
    this.plans = plans;
  }

  @Override
  boolean advance(long nowNanos) throws CallEndedException {
    if (plan == null) {
      return readHeader();
    }
    if (!executed) {
      return readRequest(nowNanos, plan);
    }
    if (plan.handlerAborts() != 0) {
      call.abort(plan.handlerAborts(), AbortReason.HANDLER_ABORTED);
      end();
      return true;
    }
    boolean any = write(nowNanos, call, plan, reply, plan.replyBytes());
    if (wroteAll) {
      end();
    }
    return any;
  }

  private boolean readHeader() throws CallEndedException {
    int count = call.tryRead(header);
    if (count < 0) {
      throw new AssertionError("request ends in its header: " + call);
    }
    if (!header.hasRemaining()) {
      int index = header.getInt(0);
      if (index != ~header.getInt(4)) {
        throw new AssertionError("no header of a request: " + call);
      }
      plan = plans.get(index);
      request = new Pattern(index, 0);
      reply = new Pattern(index, 1);
    }
    return count > 0;
  }

  private boolean readRequest(long nowNanos, CallPlan mine) throws CallEndedException {
    int count = read(nowNanos, call, mine, request);
    if (count < 0) {
      if (read != mine.requestBytes() - CallPlan.HEADER_BYTES) {
        throw new AssertionError("request of " + read + " bytes in " + mine);
      }
      executed = true;
      if (mine.thinkNanos() > 0) {
        pauseUntil(nowNanos + mine.thinkNanos());
      }
    }
    return count != 0;
  }

  @Override
  void end() {
    super.end();
    call.userDone();
  }

  @Override
  public String toString() {
    return "service of "
        + plan
        + " read "
        + read
        + " wrote "
        + written
        + (executed ? " executed" : "")
        + (done ? " done" : "")
        + " failure "
        + failure
        + " "
        + call;
  }
}
