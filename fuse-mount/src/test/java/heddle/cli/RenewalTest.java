package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.cli.FakeSurroundings.FakeMount;
import heddle.control.TokenFacts;
import heddle.fuse.MemoryTree;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A job that runs for days, {@code heddle login --renew}, on a clock that does not wait. */
class RenewalTest {
  private static final Instant START = FakeSurroundings.START;
  private static final Duration LIFE = Duration.ofSeconds(37 * 60 + 30); // renewed each half hour
  private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

  private final CommandRun heddle = new CommandRun();
  private final FakeSurroundings machine = heddle.surroundings;
  private final FakeMount mount = machine.addMount("/mnt/afs", 0);
  private final List<Instant> renewed = new ArrayList<>();

  /** Somebody's tickets, which may not be had for some time. */
  private interface Kdc {
    RxkadToken token() throws IOException;
  }

  private RxkadToken fresh() throws IOException {
    renewed.add(machine.now);
    return FakeSurroundings.token(machine.now.plus(LIFE));
  }

  private void renewForADay(Kdc kdc) {
    machine.tickets = Optional.of((cell, hosts) -> kdc.token());
    machine.atPause =
        () -> {
          boolean over = !machine.now.isBefore(START.plus(Duration.ofHours(24)));
          machine.pausesLeft = over ? 0 : 100;
        };
    heddle.runExactly("login", "--renew");
  }

  private boolean between(int hour, int minutes) {
    Instant from = START.plus(Duration.ofHours(hour));
    return !machine.now.isBefore(from)
        && machine.now.isBefore(from.plus(Duration.ofMinutes(minutes)));
  }

  /** Returns what the user is told, without how a test ends the command. */
  private List<String> messages() {
    return heddle
        .err()
        .lines()
        .filter(line -> line.startsWith("heddle login: /mnt/afs: "))
        .toList();
  }

  private Instant expiry() {
    TokenFacts token = mount.tokens.get(MemoryTree.CELL);
    return token.expiry();
  }

  @Test
  void aDayIsFortyEightRenewalsAndTheTokenIsNeverOld() {
    renewForADay(
        () -> {
          assertThat(renewed.isEmpty() || expiry().isAfter(machine.now)).isTrue();
          return fresh();
        });

    assertThat(renewed).hasSizeBetween(49, 50); // the login itself, and one at the end of the day
    for (int i = 1; i < renewed.size(); i++) {
      assertThat(Duration.between(renewed.get(i - 1), renewed.get(i))).isEqualTo(HALF_AN_HOUR);
    }
    assertThat(messages()).isEmpty();
  }

  @Test
  void aKdcThatIsAwayForAWhileCostsNothingButMessages() {
    var outages = new HashMap<>(Map.of(12, 5, 24, 7, 36, 1)); // minutes, by number of renewal
    renewForADay(
        () -> {
          if (outages.merge(renewed.size(), -1, Integer::sum) >= 0) {
            throw new IOException("the KDC is away");
          }
          assertThat(renewed.isEmpty() || expiry().isAfter(machine.now)).isTrue();
          return fresh();
        });

    assertThat(messages()).hasSize(13).allMatch(line -> line.contains("KDC is away"));
    assertThat(renewed).hasSizeGreaterThanOrEqualTo(48);
  }

  @Test
  void aTokenThatHasExpiredMeanwhileIsRenewedWithinAMinuteOfTheKdcsReturn() {
    renewForADay(
        () -> {
          if (between(3, 120)) {
            throw new IOException("the KDC is away");
          }
          return fresh();
        });

    Instant back = START.plus(Duration.ofHours(5));
    assertThat(renewed)
        .as("the first after the outage")
        .filteredOn(at -> !at.isBefore(back))
        .first()
        .satisfies(at -> assertThat(Duration.between(back, at)).isLessThanOrEqualTo(minute()));
    assertThat(renewed).as("and then as before").hasSizeGreaterThan(44);
    assertThat(expiry()).isAfter(machine.now);
    assertThat(messages()).hasSize(120);
  }

  private static Duration minute() {
    return Duration.ofMinutes(1);
  }

  @Test
  void ticketsThatNobodyRefreshesAreAskedForUntilSomebodyDoes() {
    renewForADay(
        () -> {
          if (between(9, 60)) { // kinit was forgotten: the same ticket each time
            return FakeSurroundings.token(expiry());
          }
          return fresh();
        });

    assertThat(messages()).hasSize(60).allMatch(line -> line.contains("kinit"));
    assertThat(renewed).hasSizeGreaterThan(46);
    assertThat(expiry()).isAfter(machine.now);
  }
}
