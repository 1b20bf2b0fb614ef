package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HandleTableTest {
  private final HandleTable<String> table = new HandleTable<>(1000);

  @Test
  void findsWhatWasAdded() {
    long a = table.add("a").orElseThrow();
    long b = table.add("b").orElseThrow();

    assertThat(a).isNotZero().isNotEqualTo(b);
    assertThat(table.find(a)).isEqualTo("a");
    assertThat(table.find(b)).isEqualTo("b");
  }

  @Test
  void forgetsWhatWasRemoved() {
    long a = table.add("a").orElseThrow();

    assertThat(table.remove(a)).isEqualTo("a");
    assertThat(table.find(a)).isNull();
    assertThat(table.remove(a)).isNull();
  }

  @Test
  void knowsNothingOfForeignNumbers() {
    table.add("a");

    for (long foreign : new long[] {0, -1, 2, 1000, 1L << 40, Long.MIN_VALUE}) {
      assertThat(table.find(foreign)).as("handle %d", foreign).isNull();
    }
  }

  @Test
  void growsToItsLimitAndNotBeyond() {
    List<Long> handles = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      handles.add(table.add("value " + i).orElseThrow());
    }

    assertThat(table.add("one too many")).isEmpty();
    assertThat(handles).doesNotHaveDuplicates();
    for (int i = 0; i < 1000; i++) {
      assertThat(table.find(handles.get(i))).isEqualTo("value " + i);
    }
  }

  @Test
  void givesNumbersOutAgain() {
    for (int i = 0; i < 5000; i++) {
      table.remove(table.add("short-lived").orElseThrow());
    }

    assertThat(table.values()).isEmpty();
    assertThat(table.add("next")).isPresent();
  }
}
