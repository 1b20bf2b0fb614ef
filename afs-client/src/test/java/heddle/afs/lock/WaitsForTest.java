package heddle.afs.lock;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.LockOwner;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class WaitsForTest {
  private static final LockOwner A = LockOwner.ofRanges(1);
  private static final LockOwner B = LockOwner.ofRanges(2);
  private static final LockOwner C = LockOwner.ofRanges(3);

  private final WaitsFor waits = new WaitsFor();

  @Test
  void aCircleOfThreeIsFound() {
    waits.begin(A, () -> Set.of(B));
    waits.begin(B, () -> Set.of(C));
    assertThat(waits.isCircle(C, List.of(A))).isTrue();
    assertThat(waits.isCircle(C, List.of(LockOwner.ofRanges(4)))).isFalse();
  }

  @Test
  void aWaitThatIsOverIsNoPartOfACircle() {
    Supplier<Set<LockOwner>> blockers = () -> Set.of(B);
    waits.begin(A, blockers);
    waits.end(A, blockers);
    assertThat(waits.isCircle(B, List.of(A))).isFalse();
  }

  @Test
  void whoIsWaitedForIsAskedAtTheMoment() {
    Set<LockOwner> blockers = new HashSet<>(Set.of(C));
    waits.begin(A, () -> blockers);
    assertThat(waits.isCircle(B, List.of(A))).isFalse();
    blockers.add(B);
    assertThat(waits.isCircle(B, List.of(A))).isTrue();
  }

  @Test
  void aCircleOfOthersDoesNotConcernTheAsker() {
    waits.begin(A, () -> Set.of(B));
    waits.begin(B, () -> Set.of(A));
    assertThat(waits.isCircle(C, List.of(A))).isFalse();
  }
}
