package heddle.afs.vnode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReadingOrderTest {
  private final ReadingOrder order = new ReadingOrder();

  /** Reads the entry that ends at {@code offset}; returns where those end that are then fetched. */
  private List<Integer> read(int offset) {
    List<Integer> fetched = new ArrayList<>();
    int count = order.read(offset);
    for (int i = 0; i < count; i++) {
      fetched.add(order.frontier() + 1);
      order.fetched(1, order.frontier() + 1);
    }
    return fetched;
  }

  @Test
  void moreAndMoreAreFetchedOnceThreeWereReadInOrder() {
    assertThat(read(20)).isEmpty();
    assertThat(read(21)).isEmpty();
    assertThat(read(22)).containsExactly(23, 24);
    assertThat(read(23)).containsExactly(25, 26, 27);
    assertThat(read(24)).containsExactly(28, 29, 30, 31, 32);
  }

  @Test
  void noneIsFetchedTwiceAndOnlySoManyAreAhead() {
    List<Integer> all = new ArrayList<>();
    for (int offset = 20; offset < 400; offset++) {
      all.addAll(read(offset));
      assertThat(order.frontier() - offset).isLessThanOrEqualTo(12);
    }
    assertThat(all).doesNotHaveDuplicates();
    assertThat(order.frontier()).isEqualTo(399 + 12);
  }

  @Test
  void readingOneAgainChangesNothing() {
    read(20);
    read(21);
    assertThat(read(21)).isEmpty();
    assertThat(read(22)).containsExactly(23, 24);
    assertThat(read(22)).isEmpty();
  }

  @Test
  void leavingSomeOutIsInOrderAndFetchesWhatFollows() {
    read(20);
    read(23);
    assertThat(read(29)).containsExactly(30, 31);
    assertThat(read(50)).containsExactly(51, 52, 53, 54);
  }

  @Test
  void backwardsAndFarAwayBeginAnew() {
    read(20);
    read(21);
    read(22);
    assertThat(read(10)).isEmpty();
    assertThat(read(1_000)).isEmpty();
    assertThat(read(1_001)).isEmpty();
    assertThat(read(1_002)).containsExactly(1_003, 1_004);
  }

  @Test
  void anyOrderIsHardlyEverTakenForTheDirectorys() {
    var random = new SplittableRandom(1);
    int fetched = 0;
    for (int i = 0; i < 10_000; i++) {
      fetched += read(20 + random.nextInt(2_000)).size();
    }
    assertThat(fetched).isLessThan(100);
  }
}
