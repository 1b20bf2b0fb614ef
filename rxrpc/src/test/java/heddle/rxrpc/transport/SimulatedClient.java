package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.transport.Scenario.CallPlan;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The user of a client's call: writes the request, reads the reply. */
final class SimulatedClient extends SimulatedUser {
  static final int ABORT_CODE = 1234;

  private final CallPlan plan;
  private final Function<SimulatedClient, CallDriver> maker;
  private final Pattern request;
  private final Pattern reply;
  private final ByteBuffer header = ByteBuffer.allocate(CallPlan.HEADER_BYTES);
  private boolean headerWritten;
  private boolean aborted;
  @Nullable CallDriver call;
  boolean succeeded;

  SimulatedClient(
      CallPlan plan,
      long startNanos,
      RandomGenerator random,
      Function<SimulatedClient, CallDriver> maker) {
    super(random);
    this.plan = plan;
    this.maker = maker;
    this.request = new Pattern(plan.index(), 0);
    this.reply = new Pattern(plan.index(), 1);
    header.putInt(plan.index()).putInt(~plan.index()).flip();
    pauseUntil(startNanos + plan.startNanos());
  }

  CallPlan plan() {
    return plan;
  }

  @Override
  boolean advance(long nowNanos) throws CallEndedException {
    if (call == null) {
      call = maker.apply(this);
    }
    CallDriver mine = call;
    if (!headerWritten) {
      return writeHeader(mine);
    }
    if (!wroteAll) {
      return write(nowNanos, mine, plan, request, plan.requestBytes() - CallPlan.HEADER_BYTES);
    }
    int count = read(nowNanos, mine, plan, reply);
    if (count < 0) {
      succeeded = true;
      end();
    }
    return count != 0;
  }

  private boolean writeHeader(CallDriver mine) throws CallEndedException {
    boolean last = plan.requestBytes() == CallPlan.HEADER_BYTES;
    headerWritten = mine.trySend(header, last);
    wroteAll = headerWritten && last;
    return headerWritten;
  }

  /** Aborts the call if its time has come; returns whether it did. */
  boolean abortIfDue(long nowNanos, long startNanos) {
    if (!abortPlanned() || call == null || nowNanos - abortAt(startNanos) < 0) {
      return false;
    }
    aborted = true;
    call.abort(ABORT_CODE, AbortReason.USER);
    return true;
  }

  boolean abortPlanned() {
    return plan.abortNanos() > 0 && !aborted && !done;
  }

  long abortAt(long startNanos) {
    return startNanos + plan.startNanos() + plan.abortNanos();
  }

  @Override
  void end() {
    super.end();
    CallDriver mine = Objects.requireNonNull(call);
    mine.abort(ABORT_CODE, AbortReason.USER_CLOSED);
    letGo.run();
  }

  /** Returns whether {@code service} is the other end of this call. */
  boolean isServedBy(SimulatedService service) {
    ConnectionDriver ours = call == null ? null : call.connection();
    ConnectionDriver theirs = Objects.requireNonNull(service.call.connection());
    return ours != null
        && ours.epoch() == theirs.epoch()
        && ours.connectionId() == theirs.connectionId()
        && call.callNumber() == service.call.callNumber();
  }

  Runnable letGo = () -> {};

  @Override
  public String toString() {
    return plan
        + " wrote "
        + written
        + " read "
        + read
        + (done ? " done" : "")
        + " failure "
        + failure
        + " "
        + call;
  }
}
