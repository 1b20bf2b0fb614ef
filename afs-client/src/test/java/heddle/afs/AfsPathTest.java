package heddle.afs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AfsPathTest {
  @ParameterizedTest
  @CsvSource({
    "'', /, 0",
    "/, /, 0",
    "///, /, 0",
    "/a, /a, 1",
    "a/b, /a/b, 2",
    "//a///b//, /a/b, 2",
    "/a/./../b, /a/./../b, 4",
    "/é/日本, /é/日本, 2"
  })
  void splitsAtSlashes(String text, String shown, int count) {
    AfsPath path = AfsPath.of(text);
    assertThat(path.toString()).isEqualTo(shown);
    assertThat(path.nameCount()).isEqualTo(count);
    assertThat(path).isEqualTo(AfsPath.of(shown)).hasSameHashCodeAs(AfsPath.of(shown));
  }

  @Test
  void keepsBytesThatAreNoUtf8() {
    byte[] bytes = {'/', (byte) 0xff, (byte) 0xfe, '/', 'x'};
    AfsPath path = AfsPath.of(bytes);
    assertThat(path.name(0)).containsExactly(0xff, 0xfe);
    assertThat(path).isNotEqualTo(AfsPath.of(new byte[] {'/', (byte) 0xfd, (byte) 0xfe, '/', 'x'}));
  }

  @Test
  void refusesNul() {
    assertThatThrownBy(() -> AfsPath.of("/a\0b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void resolvesAndCuts() {
    AfsPath path = AfsPath.of("/a").resolve("b".getBytes(UTF_8)).resolve(AfsPath.of("c/d"));
    assertThat(path).isEqualTo(AfsPath.of("/a/b/c/d"));
    assertThat(path.from(2)).isEqualTo(AfsPath.of("/c/d"));
    assertThat(path.parent()).isEqualTo(AfsPath.of("/a/b/c"));
    assertThat(AfsPath.root().parent()).isEqualTo(AfsPath.root());
    assertThat(AfsPath.root().resolve(path)).isEqualTo(path);
  }
}
