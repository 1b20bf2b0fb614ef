package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PrintableTest {
  @Test
  void textIsText() {
    assertThat(Printable.of("/ünix/日本 x".getBytes(StandardCharsets.UTF_8))).isEqualTo("/ünix/日本 x");
  }

  @Test
  void controlCharactersAreEscaped() {
    assertThat(Printable.of("a\nb\u001b[1m".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("a\\x0ab\\x1b[1m");
  }

  @Test
  void otherBytesAreEscaped() {
    assertThat(Printable.of(new byte[] {'a', (byte) 0xff, 'b'})).isEqualTo("a\\xffb");
  }
}
