package heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferListTest {
  @Test
  void emptyLineTurnsTheDirection() {
    TransferList list = TransferList.parse(List.of("1024", "0x10", "010", "", "3"));

    assertThat(list.words()).containsExactly(1024, 16, 8, 0, 3);
    assertThat(list.bytesUp()).isEqualTo(4 * (1024 + 16 + 8));
    assertThat(list.bytesDown()).isEqualTo(4 * 3);
  }

  @Test
  void listWithoutTurnOnlySends() {
    TransferList list = TransferList.parse(List.of("7"));

    assertThat(list.bytesUp()).isEqualTo(28);
    assertThat(list.bytesDown()).isZero();
  }

  @Test
  void workloadCarriesTheCountAndTheWords() {
    Workload workload = TransferList.of(List.of(1, 0, 2)).workload();

    assertThat(workload.operation()).isEqualTo(Operation.FILE);
    assertThat(workload.arguments()).containsExactly(3, 1, 0, 2);
    assertThat(workload.bytesUp()).isEqualTo(4);
    assertThat(workload.bytesDown()).isEqualTo(8);
    assertThat(workload.hasCookie()).isFalse();
  }

  @Test
  void secondTurnIsRefused() {
    assertThatThrownBy(() -> TransferList.of(List.of(1, 0, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("second time at entry 4");
  }

  @Test
  void transferOfMoreBytesThanAnIntIsRefused() {
    assertThatThrownBy(() -> TransferList.of(List.of(Integer.MAX_VALUE / 4 + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("transfer 1");
    assertThat(TransferList.of(List.of(Integer.MAX_VALUE / 4)).bytesUp()).isEqualTo(0x7ffffffcL);
  }

  @Test
  void tooManyTransfersAreRefused() {
    assertThatThrownBy(() -> TransferList.of(Collections.nCopies(TransferList.MAX_ENTRIES + 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than");
  }

  @Test
  void lineThatIsNoNumberIsNamed() {
    assertThatThrownBy(() -> TransferList.parse(List.of("1", "two")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 2 is no number: two");
  }
}
