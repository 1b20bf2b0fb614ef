package heddle.afs.vnode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which chunk is as old as what. */
class LineageTest {
  private static final int CHUNKS = 40;

  @Test
  void whatAStoreDidNotTouchIsAsOldAsBefore() {
    Lineage lineage = Lineage.of(7).afterStore(2, 4).afterStore(3, 5);
    assertThat(lineage.current()).isEqualTo(9);
    assertThat(lineage.base()).isEqualTo(7);
    assertThat(lineage.versionOf(1)).isEqualTo(7);
    assertThat(lineage.versionOf(2)).isEqualTo(8);
    assertThat(lineage.versionOf(3)).isEqualTo(9);
    assertThat(lineage.versionOf(4)).isEqualTo(9);
    assertThat(lineage.versionOf(5)).isEqualTo(7);
  }

  @Test
  void isLikeAnArrayOfVersions() {
    SplittableRandom random = new SplittableRandom(1);
    long[] model = new long[CHUNKS];
    Lineage lineage = Lineage.of(0);
    for (int version = 1; version < 1000; version++) {
      int first = random.nextInt(CHUNKS);
      int end = random.nextInt(first, CHUNKS + 1);
      lineage = lineage.afterStore(first, end);
      Arrays.fill(model, first, end, version);
      for (int i = 0; i < CHUNKS; i++) {
        assertThat(lineage.versionOf(i)).isEqualTo(model[i]);
      }
    }
  }

  @Test
  void whatWouldTakeTooMuchMemoryIsForgotten() {
    Lineage lineage = Lineage.of(0);
    for (int i = 0; i < 5000; i++) {
      lineage = lineage.afterStore(2L * i, 2L * i + 1);
    }
    assertThat(lineage.current()).isEqualTo(5000);
    assertThat(lineage.base()).isPositive();
    assertThat(lineage.versionOf(0)).isEqualTo(lineage.base());
  }
}
