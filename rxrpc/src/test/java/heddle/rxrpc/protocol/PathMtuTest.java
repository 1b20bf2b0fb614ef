package heddle.rxrpc.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.wire.Jumbogram;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathMtuTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int START = 1444;

  private final PathMtu path = new PathMtu(START, START);
  private long nowNanos = -5 * SECOND; // any origin will do

  /** Lets the path carry so much, and probes until there is nothing to probe; returns the sizes. */
  private List<Integer> search(PathMtu target, int carries) {
    List<Integer> probes = new ArrayList<>();
    int size = target.claim(nowNanos);
    while (size != 0) {
      assertThat(probes).as("probes").hasSizeLessThan(100);
      probes.add(size);
      if (size <= carries) {
        target.arrived(nowNanos, size);
      } else {
        target.lost(nowNanos, size);
      }
      size = target.claim(nowNanos);
    }
    return probes;
  }

  @Test
  void whatIsUsedAtFirstIsProvedWithOneProbe() {
    assertThat(path.usable()).isEqualTo(START);
    assertThat(search(path, START)).containsExactly(START);
    assertThat(path.usable()).isEqualTo(START);
  }

  @ParameterizedTest
  @ValueSource(ints = {1200, 1201, 1280, 1372, 1400, 1427, 1443})
  void sizeThatGetsThroughIsFound(int carries) {
    List<Integer> probes = search(path, carries);
    assertThat(path.usable()).isBetween(carries - 16, carries);
    assertThat(probes).startsWith(START, START, START).hasSizeLessThan(20);
  }

  @Test
  void sizeIsLostOnlyWithThreeProbes() {
    for (int i = 0; i < 2; i++) {
      assertThat(path.claim(nowNanos)).isEqualTo(START);
      path.lost(nowNanos, START);
    }
    assertThat(path.usable()).isEqualTo(START);
    assertThat(search(path, START)).containsExactly(START);
  }

  @Test
  void onlyOneProbeIsOutAtATime() {
    assertThat(path.claim(nowNanos)).isEqualTo(START);
    assertThat(path.claim(nowNanos)).isZero();
    path.abandoned(START);
    assertThat(path.claim(nowNanos)).isEqualTo(START);
  }

  @Test
  void probeThatNobodyWaitsForAnyMoreIsForgotten() {
    path.claim(nowNanos);
    assertThat(path.claim(nowNanos + 11 * SECOND)).isEqualTo(START);
  }

  @Test
  void whatIsUsedIsProvedAgainFromTimeToTime() {
    search(path, START);
    nowNanos += 59 * SECOND;
    path.carried(nowNanos, START);
    assertThat(search(path, START)).isEmpty();
    nowNanos += SECOND;
    assertThat(search(path, 1300)).startsWith(START);
    assertThat(path.usable()).isBetween(1284, 1300);
  }

  @Test
  void pathThatHasShrunkBelowTheUsualIsFoundOut() {
    search(path, START);
    nowNanos += 60 * SECOND;
    search(path, 600);
    assertThat(path.usable()).isBetween(584, 600);
  }

  @Test
  void moreIsTriedAgainAfterTenMinutes() {
    search(path, 1300);
    nowNanos += 540 * SECOND;
    search(path, START);
    assertThat(path.usable()).isLessThanOrEqualTo(1316);
    nowNanos += 60 * SECOND;
    assertThat(search(path, START)).contains(START);
    assertThat(path.usable()).isEqualTo(START);
  }

  @Test
  void networkThatSaysWhatFitsSavesTheSearch() {
    assertThat(path.claim(nowNanos)).isEqualTo(START);
    path.tooBig(nowNanos, START, 1372);
    assertThat(path.usable()).isEqualTo(1372);
    assertThat(search(path, 1372)).containsExactly(1372);
    assertThat(path.usable()).isEqualTo(1372);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 547, 1444, 9000})
  void networkThatSaysNonsenseOnlySaysThatItWasTooBig(int fits) {
    path.tooBig(nowNanos, START, fits);
    assertThat(path.usable()).isEqualTo(PathMtu.BASE);
  }

  @Test
  void nothingIsTooBigThatEveryPathCarries() {
    path.tooBig(nowNanos, PathMtu.LEAST, 100);
    assertThat(path.usable()).isEqualTo(START);
  }

  @Test
  void blackHoleLowersTheSizeAtOnceAndThenToTheLeast() {
    path.swallows(nowNanos, START);
    assertThat(path.usable()).isEqualTo(PathMtu.BASE);
    path.swallows(nowNanos, START); // another call has found the same
    assertThat(path.usable()).isEqualTo(PathMtu.BASE);
    path.swallows(nowNanos, PathMtu.BASE);
    assertThat(path.usable()).isEqualTo(PathMtu.LEAST);
    path.swallows(nowNanos, PathMtu.LEAST);
    assertThat(path.usable()).isEqualTo(PathMtu.LEAST);
  }

  @Test
  void afterABlackHoleTheSearchWaitsAWhile() {
    path.swallows(nowNanos, START);
    assertThat(search(path, 1400)).isEmpty();
    nowNanos += 5 * SECOND;
    assertThat(search(path, 1400)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1444, 1500, 3000, 8972, 9100, 11_356})
  void largerSizesAreSearchedByWholePackets(int carries) {
    PathMtu jumbo = new PathMtu(START, 24 + 8 * 1416);
    assertThat(jumbo.usable()).isEqualTo(START);
    assertThat(search(jumbo, carries)).hasSizeLessThan(24);
    assertThat(jumbo.usable()).isLessThanOrEqualTo(carries).isGreaterThan(carries - 1420);
  }

  @Test
  void largerThanThePeerTakesIsNotProbed() {
    PathMtu jumbo = new PathMtu(START, Jumbogram.bytes(46));
    jumbo.want(Jumbogram.bytes(4));
    assertThat(search(jumbo, 65_000)).containsExactly(START, Jumbogram.bytes(4));
    assertThat(jumbo.usable()).isEqualTo(Jumbogram.bytes(4));
  }

  @Test
  void lostJumbogramsAreTriedAgainAtOnceUnlessTheirSizeWasTheCause() {
    PathMtu jumbo = new PathMtu(START, Jumbogram.bytes(4));
    search(jumbo, 9000);
    jumbo.swallows(nowNanos, Jumbogram.bytes(4));
    assertThat(jumbo.usable()).isEqualTo(START);
    assertThat(search(jumbo, 9000)).containsExactly(Jumbogram.bytes(4));
    assertThat(jumbo.usable()).isEqualTo(Jumbogram.bytes(4));

    jumbo.swallows(nowNanos, Jumbogram.bytes(4));
    assertThat(search(jumbo, START)).contains(Jumbogram.bytes(4));
    assertThat(jumbo.usable()).isEqualTo(START);
  }

  @Test
  void coldPathIsUsedAsNearlyEveryPathMayBeUntilSomethingLargeHasGotThrough() {
    assertThat(path.usable(nowNanos)).isEqualTo(PathMtu.BASE);
    path.carried(nowNanos, PathMtu.BASE); // no news
    assertThat(path.usable(nowNanos)).isEqualTo(PathMtu.BASE);
    path.carried(nowNanos, PathMtu.BASE + 1);
    assertThat(path.usable(nowNanos)).isEqualTo(START);
    assertThat(path.usable(nowNanos + 9 * SECOND)).isEqualTo(START);
    assertThat(path.usable(nowNanos + 10 * SECOND)).isEqualTo(PathMtu.BASE);
  }

  @Test
  void coldPathIsProbedThoughItWasProvedNotLongAgo() {
    search(path, START);
    nowNanos += 10 * SECOND;
    assertThat(path.claim(nowNanos)).isEqualTo(START);
    path.arrived(nowNanos, START);
    assertThat(path.isWarm(nowNanos)).isTrue();
    assertThat(path.claim(nowNanos + 2 * SECOND)).isZero();
  }

  @Test
  void pathThatCarriesOnlyTheUsualIsNeverCold() {
    path.swallows(nowNanos, START);
    assertThat(path.isCold(nowNanos)).isFalse();
  }

  @Test
  void smallPacketsAreNotMadeLarger() {
    PathMtu small = new PathMtu(128, 128);
    small.swallows(nowNanos, 128);
    assertThat(small.usable()).isEqualTo(128);
  }
}
