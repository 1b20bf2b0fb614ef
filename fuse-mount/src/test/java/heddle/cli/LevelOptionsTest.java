package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.Protection;
import heddle.afs.Protection.Levels;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** {@code --level [CELL=]LEVEL}. */
class LevelOptionsTest {
  /** A command that has only these options. */
  @Command
  private static final class Levelled {
    @Mixin private LevelOptions levels = new LevelOptions();
  }

  private static Protection parsed(String... arguments) {
    return CommandLine.populateCommand(new Levelled(), arguments).levels.protection();
  }

  private static Levels both(RxkadLevel level) {
    return new Levels(level, level);
  }

  @Test
  void withoutOptionAllIsEncryptedAndACallerMayAskForLess() {
    assertThat(parsed().of("a.example")).isEqualTo(new Levels(RxkadLevel.CRYPT, RxkadLevel.CLEAR));
  }

  @Test
  void aLevelIsTheFloorToo() {
    assertThat(parsed("--level", "auth").of("a.example")).isEqualTo(both(RxkadLevel.AUTH));
  }

  @Test
  void whatIsForOneCellWinsInWhateverOrder() {
    for (Protection protection :
        new Protection[] {
          parsed("--level", "clear", "--level", "A.Example=crypt"),
          parsed("--level", "a.example=crypt", "--level", "clear")
        }) {
      assertThat(protection.of("a.EXAMPLE")).isEqualTo(both(RxkadLevel.CRYPT));
      assertThat(protection.of("b.example")).isEqualTo(both(RxkadLevel.CLEAR));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "a.example=", "=crypt", "a.example=none", ""})
  void whatIsNoLevelIsRefused(String option) {
    assertThatThrownBy(() -> parsed("--level", option))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("clear, auth or crypt");
  }
}
