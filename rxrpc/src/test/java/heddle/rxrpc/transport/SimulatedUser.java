package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.transport.Scenario.CallPlan;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The user of a call as a state machine: it does what it can without waiting, and is asked again
 * when something has happened.
 */
abstract class SimulatedUser {
  static final long NEVER = Long.MAX_VALUE;

  /** Read into by all users of a thread, one at a time. */
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[Pattern.MAX_RANGE]);

  private final RandomGenerator random;
  private final byte[] buffer = BUFFER.get();
  private @Nullable ByteBuffer offered; // not yet all taken
  private long pausedUntilNanos = NEVER; // NEVER: not paused
  long written;
  long read;
  boolean done;
  long doneNanos; // when the user let go of the call
  @Nullable Completion failure;

  SimulatedUser(RandomGenerator random) {
    this.random = random;
  }

  /** Does what can be done now; returns whether that was anything. */
  final boolean step(long nowNanos) {
    if (done || isPaused(nowNanos)) {
      return false;
    }
    pausedUntilNanos = NEVER;
    boolean any;
    try {
      any = advance(nowNanos);
    } catch (CallEndedException e) {
      failure = e.completion();
      end();
      any = true;
    }
    if (done) {
      doneNanos = nowNanos;
    }
    return any;
  }

  private boolean isPaused(long nowNanos) {
    return pausedUntilNanos != NEVER && pausedUntilNanos - nowNanos > 0;
  }

  /** Returns when the user wants to be asked even if nothing happens. */
  long wakeAtNanos() {
    return done ? NEVER : pausedUntilNanos;
  }

  abstract boolean advance(long nowNanos) throws CallEndedException;

  /** The user lets go of the call. */
  void end() {
    done = true;
  }

  final void pauseUntil(long nanos) {
    pausedUntilNanos = nanos;
  }

  private void pauseAfterOperation(long nowNanos, CallPlan plan) {
    if (plan.pauseNanos() > 0) {
      pauseUntil(nowNanos + (long) (random.nextDouble() * plan.pauseNanos()));
    }
  }

  /**
   * Writes the bytes of {@code pattern} up to {@code total}; returns whether anything was taken.
   */
  final boolean write(long nowNanos, CallDriver call, CallPlan plan, Pattern pattern, int total)
      throws CallEndedException {
    ByteBuffer chunk = offered;
    if (chunk == null) {
      int length = (int) Math.min(total - written, 1 + random.nextInt(Pattern.MAX_RANGE));
      chunk = pattern.range(written, length);
    }
    int before = chunk.remaining();
    boolean last = written + before == total;
    boolean taken = call.trySend(chunk, last);
    written += before - chunk.remaining();
    offered = taken ? null : chunk;
    if (taken) {
      wroteAll = last;
      pauseAfterOperation(nowNanos, plan);
    }
    return taken || before != chunk.remaining();
  }

  boolean wroteAll;

  /**
   * Reads what is there and compares it.
   *
   * @return what {@link CallDriver#tryRead} returned
   */
  final int read(long nowNanos, CallDriver call, CallPlan plan, Pattern pattern)
      throws CallEndedException {
    int count = call.tryRead(ByteBuffer.wrap(buffer, 0, 1 + random.nextInt(buffer.length)));
    if (count > 0) {
      if (!pattern.matches(read, buffer, count)) {
        throw new AssertionError("wrong bytes from " + read + " on, in " + plan);
      }
      read += count;
      pauseAfterOperation(nowNanos, plan);
    }
    return count;
  }
}
