package heddle.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Renews tokens before they expire, for as long as the mount lives.
 *
 * @param login gives the mount new tokens; returns when they expire
 * @param messages takes what a user should know
 */
record Renewal(Surroundings surroundings, Login login, Consumer<String> messages) {
  private static final int PART_LEFT = 5; // renew when so much of the time is left
  private static final Duration BETWEEN_FAILURES = Duration.ofMinutes(1);

  /** Makes new tokens. */
  @FunctionalInterface
  interface Login {
    Instant again() throws IOException;
  }

  /**
   * Stays until the mount has ended, or the thread is interrupted.
   *
   * @param firstExpiry when the tokens expire that there are
   */
  void run(Instant firstExpiry) throws InterruptedException {
    Instant expiry = firstExpiry;
    Duration pause = untilRenewal(firstExpiry);
    while (true) {
      surroundings.pause(pause);
      try {
        Instant next = login.again();
        if (next.isAfter(expiry)) {
          expiry = next;
          pause = untilRenewal(next);
          continue;
        }
        messages.accept("the ticket is not newer than before: run kinit (or krenew)");
      } catch (ConnectException e) {
        messages.accept("the mount has ended");
        return;
      } catch (IOException e) {
        messages.accept(Failures.describe(e));
      }
      pause = BETWEEN_FAILURES;
    }
  }

  /** Returns how long tokens need no renewal that expire then. */
  private Duration untilRenewal(Instant expiry) {
    Duration left = Duration.between(surroundings.now(), expiry);
    Duration wait = left.minus(left.dividedBy(PART_LEFT));
    return wait.compareTo(BETWEEN_FAILURES) > 0 ? wait : BETWEEN_FAILURES;
  }
}
