package heddle.cli;

import heddle.control.NoSessionException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Renews tokens before they expire, each for as long as its mount lives and its user does not drop
 * it. What goes wrong with one does not keep others from being renewed.
 */
final class Renewal {
  private static final int PART_LEFT = 5; // renew when so much of the time is left
  private static final Duration BETWEEN_FAILURES = Duration.ofMinutes(1);

  /** Makes a new token for one mount. */
  interface Login {
    /** Returns where the mount is, for messages. */
    String mount();

    /**
     * Renews the token; returns when it expires, nothing if the user has dropped it.
     *
     * @throws ConnectException if the mount has ended
     */
    Optional<Instant> again() throws IOException;
  }

  private record Due(Login login, Instant expiry, Instant at) {}

  private final Surroundings surroundings;
  private final Consumer<String> messages;
  private final List<Due> all = new ArrayList<>();

  /**
   * Renews nothing yet.
   *
   * @param messages takes what a user should know
   */
  Renewal(Surroundings surroundings, Consumer<String> messages) {
    this.surroundings = surroundings;
    this.messages = messages;
  }

  /**
   * Has a token renewed.
   *
   * @param expiry when the one expires that there is; the past if there is none yet
   */
  void add(Login login, Instant expiry) {
    all.add(new Due(login, expiry, surroundings.now().plus(untilRenewal(expiry))));
  }

  /** Stays until nothing is left to renew, or the thread is interrupted. */
  void run() throws InterruptedException {
    while (!all.isEmpty()) {
      Due next = all.stream().min(Comparator.comparing(Due::at)).orElseThrow();
      Duration wait = Duration.between(surroundings.now(), next.at);
      if (wait.isPositive()) {
        surroundings.pause(wait);
      }
      all.remove(next);
      renew(next).ifPresent(all::add);
    }
  }

  /** Returns when that is to be done again; nothing if never. */
  private Optional<Due> renew(Due due) {
    try {
      Optional<Instant> expiry = due.login.again();
      if (expiry.isEmpty()) {
        say(due, "your token was dropped, and is not renewed any more");
        return Optional.empty();
      }
      if (expiry.get().isAfter(due.expiry)) {
        Instant at = surroundings.now().plus(untilRenewal(expiry.get()));
        return Optional.of(new Due(due.login, expiry.get(), at));
      }
      say(due, "the ticket is not newer than before: run kinit (or krenew)");
    } catch (ConnectException e) {
      say(due, "the mount has ended, or its control socket has gone");
      return Optional.empty();
    } catch (NoSessionException e) {
      say(due, Failures.describe(e));
      return Optional.empty();
    } catch (IOException e) {
      say(due, Failures.describe(e));
    }
    Instant later = surroundings.now().plus(BETWEEN_FAILURES);
    return Optional.of(new Due(due.login, due.expiry, later));
  }

  private void say(Due due, String message) {
    messages.accept(due.login.mount() + ": " + message);
  }

  /** Returns how long tokens need no renewal that expire then. */
  private Duration untilRenewal(Instant expiry) {
    Duration left = Duration.between(surroundings.now(), expiry);
    Duration wait = left.minus(left.dividedBy(PART_LEFT));
    return wait.compareTo(BETWEEN_FAILURES) > 0 ? wait : BETWEEN_FAILURES;
  }
}
