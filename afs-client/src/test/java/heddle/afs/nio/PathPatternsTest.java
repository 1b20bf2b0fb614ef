package heddle.afs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns match as those of the default file system on Unix do. */
class PathPatternsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "*.java A.java true",
        "*.java A.class false",
        "*.java a/A.java false",
        "**.java a/A.java true",
        "**/A.java A.java false",
        "*.* nodot false",
        "*.{java,class} A.class true",
        "*.{java,class} A.jav false",
        "{a,b}{c,d} ad true",
        "{a,b,} '' true",
        "foo.? foo.x true",
        "foo.? foo. false",
        "foo.? foo./ false",
        "/home/*/* /home/me/data true",
        "/home/*/* /home/me false",
        "/home/** /home/me/data true",
        "[a-c] b true",
        "[a-c] d false",
        "[!a-c] d true",
        "[!a-c] b false",
        "[!a] / false",
        "[-a] - true",
        "[a-] - true",
        "[!-] x true",
        "[!-] - false",
        "[*?\\] \\ true",
        "[*?\\] ? true",
        "[^a] ^ true",
        "[a&&b] & true",
        "[[] [ true",
        "\\* * true",
        "\\* a false",
        "a,b a,b true",
        "a} a} true",
        "(a|b)+.$^ (a|b)+.$^ true",
        "* .hidden true",
        "* '' true",
      })
  void globsMatchAsElsewhere(String glob, String path, boolean matches) {
    Path real = Path.of(path);
    assertThat(PathPatterns.matcher("glob:" + glob).matches(real)).isEqualTo(matches);
    assertThat(FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(real))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[]", "[a", "[b-a]", "[a/b]", "{", "{a", "{a,{b,c}}", "\\"})
  void wrongGlobsAreRefused(String glob) {
    assertThatExceptionOfType(PatternSyntaxException.class)
        .isThrownBy(() -> PathPatterns.matcher("glob:" + glob));
  }

  @Test
  void regularExpressionsAreThoseOfJava() {
    assertThat(PathPatterns.matcher("regex:.*/[ab]+").matches(Path.of("x/abba"))).isTrue();
    assertThat(PathPatterns.matcher("REGEX:a").matches(Path.of("b"))).isFalse();
    assertThatExceptionOfType(PatternSyntaxException.class)
        .isThrownBy(() -> PathPatterns.matcher("regex:("));
  }

  @Test
  void otherSyntaxesAreNotKnown() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> PathPatterns.matcher("sql:%"));
    assertThatIllegalArgumentException().isThrownBy(() -> PathPatterns.matcher("*.java"));
  }
}
