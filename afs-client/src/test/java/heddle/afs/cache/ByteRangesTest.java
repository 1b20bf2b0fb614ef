package heddle.afs.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A set of ranges says what a set of bits says. */
class ByteRangesTest {
  private static final int SIZE = 60;

  private final ByteRanges ranges = new ByteRanges();

  private List<ByteRange> all() {
    List<ByteRange> all = new ArrayList<>();
    ranges.forEach(all::add);
    return all;
  }

  @Test
  void rangesThatTouchBecomeOne() {
    ranges.add(10, 20);
    ranges.add(30, 40);
    ranges.add(20, 30);
    assertThat(all()).containsExactly(new ByteRange(10, 40));
  }

  @Test
  void aRangeIsCutInTwo() {
    ranges.add(10, 40);
    ranges.remove(20, 30);
    assertThat(all()).containsExactly(new ByteRange(10, 20), new ByteRange(30, 40));
  }

  @Test
  void theLongestIsFound() {
    ranges.add(0, 5);
    ranges.add(10, 20);
    ranges.add(30, 35);
    assertThat(ranges.longest()).contains(new ByteRange(10, 20));
    assertThat(ranges.first()).contains(new ByteRange(0, 5));
    assertThat(ranges.around(12, 14)).contains(new ByteRange(10, 20));
    assertThat(ranges.around(4, 12)).isEmpty();
  }

  @Test
  void nothingIsNoRange() {
    ranges.add(5, 5);
    assertThat(ranges.isEmpty()).isTrue();
    assertThat(ranges.longest()).isEmpty();
    assertThatThrownBy(() -> new ByteRange(5, 5)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void saysWhatASetOfBitsSays(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BitSet model = new BitSet(SIZE);
    for (int i = 0; i < 3000; i++) {
      int start = random.nextInt(SIZE);
      int end = random.nextInt(start, SIZE + 1);
      if (random.nextInt(3) > 0) {
        ranges.add(start, end);
        model.set(start, end);
      } else {
        ranges.remove(start, end);
        model.clear(start, end);
      }
      assertThat(all()).isEqualTo(rangesOf(model, 0, SIZE, true));
      assertThat(ranges.count()).isEqualTo(all().size());
      int from = random.nextInt(SIZE);
      int to = random.nextInt(from, SIZE + 1);
      List<ByteRange> within = new ArrayList<>();
      ranges.forEachWithin(from, to, within::add);
      List<ByteRange> gaps = new ArrayList<>();
      ranges.forEachGap(from, to, gaps::add);
      assertThat(within).isEqualTo(rangesOf(model, from, to, true));
      assertThat(gaps).isEqualTo(rangesOf(model, from, to, false));
      assertThat(ranges.intersects(from, to)).isEqualTo(!within.isEmpty());
      assertThat(ranges.contains(from, to)).isEqualTo(gaps.isEmpty());
    }
  }

  private static List<ByteRange> rangesOf(BitSet bits, int from, int to, boolean set) {
    List<ByteRange> ranges = new ArrayList<>();
    int position = from;
    while (position < to) {
      int start = position;
      while (position < to && bits.get(position) == set) {
        position++;
      }
      if (position > start) {
        ranges.add(new ByteRange(start, position));
      } else {
        position++;
      }
    }
    return ranges;
  }
}
