package heddle.afs.lock;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import org.junit.jupiter.api.Test;

/** How many locks there may be on one file. */
class RangeLimitsTest {
  private static final int MAX_OF_OWNER = 5_000;
  private static final LockOwner ALICE = LockOwner.ofRanges(1);
  private static final LockOwner BOB = LockOwner.ofRanges(2);
  private static final LockOwner CAROL = LockOwner.ofRanges(3);

  private final RangeLocks locks = new RangeLocks();

  private static LockRequest shared(LockOwner owner, long first, long last) {
    return new LockRequest(owner, new LockRange(first, last), LockMode.SHARED, 0);
  }

  private static LockRequest exclusive(LockOwner owner, long first, long last) {
    return new LockRequest(owner, new LockRange(first, last), LockMode.EXCLUSIVE, 0);
  }

  /** Locks every second byte from the first on. */
  private void fill(LockOwner owner, int count) {
    for (int i = 0; i < count; i++) {
      LockRequest next = shared(owner, 2L * i, 2L * i);
      assertThat(locks.hasRoomFor(next)).as("lock %d", i).isTrue();
      locks.set(next);
    }
  }

  @Test
  void anOwnerHasRoomForSoManyLocks() {
    fill(ALICE, MAX_OF_OWNER);
    assertThat(locks.hasRoomFor(shared(ALICE, 1_000_000, 1_000_000))).isFalse();
    assertThat(locks.hasRoomFor(shared(BOB, 1_000_000, 1_000_000))).isTrue();
    assertThat(locks.hasRoomFor(exclusive(ALICE, 0, 0))).as("in place of another").isTrue();
    assertThat(locks.hasRoomFor(shared(ALICE, 0, Long.MAX_VALUE))).as("of all").isTrue();
    locks.clear(ALICE, new LockRange(0, 0));
    assertThat(locks.hasRoomFor(shared(ALICE, 1_000_000, 1_000_000))).isTrue();
  }

  @Test
  void aFileHasRoomForSoManyLocks() {
    fill(ALICE, MAX_OF_OWNER);
    fill(BOB, MAX_OF_OWNER);
    assertThat(locks.hasRoomFor(shared(CAROL, 0, 0))).isFalse();
    locks.clear(BOB, LockRange.WHOLE);
    assertThat(locks.hasRoomFor(shared(CAROL, 0, 0))).isTrue();
    fill(CAROL, MAX_OF_OWNER);
    assertThat(locks.hasRoomFor(shared(BOB, 0, 0))).isFalse();
    locks.clear();
    assertThat(locks.hasRoomFor(shared(BOB, 0, 0))).isTrue();
  }

  @Test
  void aLockIsNotSplitWithoutLimit() {
    locks.set(exclusive(ALICE, 0, Long.MAX_VALUE));
    int splits = 0;
    while (locks.hasRoomWithout(ALICE, new LockRange(2L * splits + 1, 2L * splits + 1))) {
      locks.clear(ALICE, new LockRange(2L * splits + 1, 2L * splits + 1));
      splits++;
    }
    assertThat(splits).isEqualTo(MAX_OF_OWNER - 1);
    assertThat(locks.hasRoomWithout(ALICE, new LockRange(0, 0))).as("one less").isTrue();
    assertThat(locks.hasRoomWithout(ALICE, new LockRange(20_000, Long.MAX_VALUE))).isTrue();
    assertThat(locks.hasRoomWithout(ALICE, LockRange.WHOLE)).isTrue();
    assertThat(locks.hasRoomWithout(BOB, new LockRange(1, 1))).as("has nothing").isTrue();
    assertThat(locks.hasRoomFor(exclusive(ALICE, 20_000, 20_000))).as("has that").isTrue();
    assertThat(locks.hasRoomFor(shared(ALICE, 20_000, 20_000))).as("splits").isFalse();
  }
}
