package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AccessList;
import heddle.afs.AccessList.Half;
import heddle.afs.AccessRights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RightsChangeTest {
  private static final AccessList LIST =
      AccessList.EMPTY.with(Half.NORMAL, "alice", AccessRights.parse("rl").orElseThrow());

  @ParameterizedTest
  @CsvSource({
    "rw,rw",
    "w+,rlw",
    "l-,r",
    "all-,''",
    "none,''",
    "read,rl",
    "write=,rlidwk",
    "mail+,rlik",
    "none+,rl",
    "'',''"
  })
  void rightsOfSomebodyWhoHasReadAndLookup(String text, String after) {
    AccessList list = RightsChange.parse("Alice", text).orElseThrow().applyTo(LIST, Half.NORMAL);

    assertThat(list.rights(Half.NORMAL, "alice").map(AccessRights::letters).orElse(""))
        .isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource({"rw,rw", "w+,w", "l-,''", "none,''"})
  void rightsOfSomebodyWhoHasNone(String text, String after) {
    AccessList list = RightsChange.parse("bob", text).orElseThrow().applyTo(LIST, Half.NEGATIVE);

    assertThat(list.rights(Half.NEGATIVE, "bob").map(AccessRights::letters).orElse(""))
        .isEqualTo(after);
    assertThat(list.normal()).isEqualTo(LIST.normal());
  }

  @Test
  void otherTextIsRefused() {
    assertThat(RightsChange.parse("bob", "rx")).isEmpty();
    assertThat(RightsChange.parse("bob", "r++")).isEmpty();
  }
}
