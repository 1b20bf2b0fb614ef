package heddle.rxrpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SerialTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 255",
    "-1, 0",
    "-1, 1",
    "2147483647, -2147483648",
    "-2147483648, -2147483647",
    "0, 2147483647",
    "5, -2147483644",
  })
  void theOneReachedByCountingUpIsLater(int earlier, int later) {
    assertThat(Serial.before(earlier, later)).isTrue();
    assertThat(Serial.before(later, earlier)).isFalse();
    assertThat(Serial.after(later, earlier)).isTrue();
    assertThat(Serial.after(earlier, later)).isFalse();
    assertThat(Serial.upTo(earlier, later)).isTrue();
    assertThat(Serial.upTo(later, earlier)).isFalse();
    assertThat(Serial.from(later, earlier)).isTrue();
    assertThat(Serial.from(earlier, later)).isFalse();
    assertThat(Serial.later(earlier, later)).isEqualTo(later);
    assertThat(Serial.later(later, earlier)).isEqualTo(later);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "-1", "2147483647", "-2147483648"})
  void aCounterIsNeitherBeforeNorAfterItself(int counter) {
    assertThat(Serial.before(counter, counter)).isFalse();
    assertThat(Serial.after(counter, counter)).isFalse();
    assertThat(Serial.upTo(counter, counter)).isTrue();
    assertThat(Serial.from(counter, counter)).isTrue();
    assertThat(Serial.later(counter, counter)).isEqualTo(counter);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "2147483647, -2147483648", "-2, -1", "-1, 1"})
  void serialsCountUpAndSkipZero(int serial, int next) {
    assertThat(Serial.next(serial)).isEqualTo(next);
  }
}
