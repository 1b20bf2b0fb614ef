package heddle.afs.location;

import heddle.afs.auth.Caller;
import java.time.Duration;

/**
 * One operation of a user, with all calls and waits that it costs.
 *
 * @param caller on whose behalf
 * @param startNanos when it began; promises are judged by this moment
 * @param deadlineNanos when it fails at the latest
 */
public record Request(Caller caller, long startNanos, long deadlineNanos) {
  /** Begins an operation now. */
  public static Request begin(Caller caller, long nowNanos, Duration timeout) {
    return new Request(caller, nowNanos, nowNanos + timeout.toNanos());
  }

  /** Returns a part of this operation that may take {@code limit} from now on at most. */
  public Request part(long nowNanos, Duration limit) {
    Duration left = remaining(nowNanos);
    Duration shorter = left.compareTo(limit) < 0 ? left : limit;
    return new Request(caller, startNanos, nowNanos + shorter.toNanos());
  }

  /** Returns how long it has gone on. */
  Duration tried(long nowNanos) {
    return Duration.ofNanos(nowNanos - startNanos);
  }

  /** Returns the time left; zero if none. */
  public Duration remaining(long nowNanos) {
    return Duration.ofNanos(Math.max(0, deadlineNanos - nowNanos));
  }
}
