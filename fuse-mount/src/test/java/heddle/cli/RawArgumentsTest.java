package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class RawArgumentsTest {
  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void bytesThatTheLocaleLostAreFound() {
    byte[] commandLine = latin1("java\0-cp\0x\0heddle.cli.Heddle\0cat\0/a\u00ff\u00e9\0");

    assertThat(RawArguments.from(commandLine, new String[] {"cat", "/a\ufffd\ufffd"}))
        .containsExactly("cat", "/a\u00ff\u00e9");
  }

  @Test
  void emptyArgumentsAreKept() {
    byte[] commandLine = latin1("java\0Main\0\0-l\0\0");

    assertThat(RawArguments.from(commandLine, new String[] {"", "-l", ""}))
        .containsExactly("", "-l", "");
  }

  @Test
  void withoutTheCommandLineTextIsTakenAsUtf8() {
    String utf8 = "\u00c3\u00a4"; // the bytes of a-umlaut as characters
    String[] decoded = {"ls", "/ä"};

    assertThat(RawArguments.from(latin1("java\0@file\0"), decoded))
        .containsExactly("ls", "/" + utf8);
    assertThat(RawArguments.from(latin1("java\0Main\0other\0/x\0"), decoded))
        .containsExactly("ls", "/" + utf8);
    assertThat(RawArguments.from(new byte[0], decoded)).containsExactly("ls", "/" + utf8);
  }
}
