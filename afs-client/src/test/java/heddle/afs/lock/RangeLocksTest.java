package heddle.afs.lock;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeLocksTest {
  private static final LockOwner ALICE = LockOwner.ofRanges(1);
  private static final LockOwner BOB = LockOwner.ofRanges(2);

  private final RangeLocks locks = new RangeLocks();

  private static LockRequest shared(LockOwner owner, long first, long last) {
    return new LockRequest(owner, new LockRange(first, last), LockMode.SHARED, 7);
  }

  private static LockRequest exclusive(LockOwner owner, long first, long last) {
    return new LockRequest(owner, new LockRange(first, last), LockMode.EXCLUSIVE, 8);
  }

  @Test
  void whatIsInTheWayIsTold() {
    locks.set(shared(ALICE, 10, 19));
    assertThat(locks.conflict(shared(BOB, 0, 100))).isEmpty();
    assertThat(locks.conflict(exclusive(BOB, 0, 9))).isEmpty();
    assertThat(locks.conflict(exclusive(BOB, 20, Long.MAX_VALUE))).isEmpty();
    assertThat(locks.conflict(exclusive(BOB, 19, 30))).contains(shared(ALICE, 10, 19));
    assertThat(locks.conflict(exclusive(ALICE, 0, 100))).isEmpty();
  }

  @Test
  void aLockInTheMiddleSplitsWhatItsOwnerHas() {
    locks.set(exclusive(ALICE, 0, Long.MAX_VALUE));
    locks.set(shared(ALICE, 10, 19));
    assertThat(locks.size()).isEqualTo(3);
    assertThat(locks.conflict(shared(BOB, 10, 19))).isEmpty();
    assertThat(locks.conflict(shared(BOB, 9, 9))).contains(exclusive(ALICE, 0, 9));
    assertThat(locks.conflict(shared(BOB, 20, 20))).contains(exclusive(ALICE, 20, Long.MAX_VALUE));
  }

  @Test
  void neighboursOfOneModeAreOneLock() {
    locks.set(shared(ALICE, 0, 9));
    locks.set(shared(ALICE, 20, Long.MAX_VALUE));
    assertThat(locks.hasWhole()).isFalse();
    locks.set(shared(ALICE, 10, 19));
    assertThat(locks.size()).isEqualTo(1);
    assertThat(locks.hasWhole()).isTrue();
  }

  @Test
  void whoReleasesTheLastByteHasNothing() {
    locks.set(shared(ALICE, 5, 5));
    locks.clear(ALICE, new LockRange(0, 4));
    assertThat(locks.has(ALICE)).isTrue();
    locks.clear(ALICE, LockRange.WHOLE);
    assertThat(locks.has(ALICE)).isFalse();
    assertThat(locks.isEmpty()).isTrue();
  }

  /** Compares with an array that says for each byte who has it; the last one is all the rest. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void isLikeAnArray(long seed) {
    var random = new SplittableRandom(seed);
    var model = new LockMode[OWNERS][BYTES];
    for (int i = 0; i < 3000; i++) {
      int owner = random.nextInt(OWNERS);
      int first = random.nextInt(BYTES);
      int last = first + random.nextInt(BYTES - first);
      LockMode mode = random.nextBoolean() ? LockMode.SHARED : LockMode.EXCLUSIVE;
      LockRequest request = new LockRequest(owner(owner), range(first, last), mode, i);
      Set<LockOwner> blockers = blockers(model, owner, first, last, mode);
      assertThat(locks.blockers(request)).isEqualTo(blockers);
      assertThat(locks.conflict(request).map(LockRequest::owner).map(blockers::contains))
          .isEqualTo(blockers.isEmpty() ? Optional.empty() : Optional.of(true));
      if (random.nextInt(3) == 0) {
        locks.clear(owner(owner), range(first, last));
        fill(model[owner], first, last, null);
      } else if (blockers.isEmpty()) {
        locks.set(request);
        fill(model[owner], first, last, mode);
      }
      check(model);
    }
  }

  private static final int OWNERS = 4;
  private static final int BYTES = 24;

  private static LockOwner owner(int number) {
    return LockOwner.ofRanges(number);
  }

  private static LockRange range(int first, int last) {
    return new LockRange(first, last == BYTES - 1 ? Long.MAX_VALUE : last);
  }

  private static void fill(LockMode[] bytes, int first, int last, LockMode mode) {
    for (int i = first; i <= last; i++) {
      bytes[i] = mode;
    }
  }

  private static Set<LockOwner> blockers(
      LockMode[][] model, int owner, int first, int last, LockMode mode) {
    Set<LockOwner> blockers = new HashSet<>();
    for (int other = 0; other < OWNERS; other++) {
      for (int i = first; i <= last; i++) {
        LockMode there = model[other][i];
        if (other != owner
            && there != null
            && (there == LockMode.EXCLUSIVE || mode == LockMode.EXCLUSIVE)) {
          blockers.add(owner(other));
        }
      }
    }
    return blockers;
  }

  private void check(LockMode[][] model) {
    int pieces = 0;
    for (int owner = 0; owner < OWNERS; owner++) {
      LockMode before = null;
      boolean any = false;
      for (int i = 0; i < BYTES; i++) {
        LockMode there = model[owner][i];
        pieces += there != null && there != before ? 1 : 0;
        before = there;
        any |= there != null;
        for (LockMode mode : LockMode.values()) {
          assertThat(locks.has(owner(owner), range(i, i), mode)).isEqualTo(mode == there);
        }
      }
      assertThat(locks.has(owner(owner))).isEqualTo(any);
    }
    assertThat(locks.size()).isEqualTo(pieces);
  }
}
