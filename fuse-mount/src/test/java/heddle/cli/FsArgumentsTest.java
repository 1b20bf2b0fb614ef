package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FsArgumentsTest {
  private static FsArguments parse(String command, String... words) throws FsUsageException {
    return FsArguments.parse(FsTable.find(command), List.of(words));
  }

  @Test
  void valuesTakeTheirPlacesAndTheLastListTakesTheRest() throws Exception {
    FsArguments arguments = parse("setacl", "dir", "alice", "rl", "-204", "none");

    assertThat(arguments.values("-dir")).containsExactly("dir");
    assertThat(arguments.values("-acl")).containsExactly("alice", "rl", "-204", "none");
  }

  @Test
  void behindASwitchAllBelongsToItUntilTheNext() throws Exception {
    FsArguments arguments = parse("setacl", "-acl", "alice", "rl", "-neg", "-dir", "a", "b");

    assertThat(arguments.values("-dir")).containsExactly("a", "b");
    assertThat(arguments.values("-acl")).containsExactly("alice", "rl");
    assertThat(arguments.has("-negative")).isTrue();
    assertThat(arguments.has("-clear")).isFalse();
  }

  @Test
  void aFlagDoesNotEndTheCountingOfPlaces() throws Exception {
    FsArguments arguments = parse("setacl", "-clear", "dir", "alice", "rl", "-negative");

    assertThat(arguments.values("-dir")).containsExactly("dir");
    assertThat(arguments.values("-acl")).containsExactly("alice", "rl");
    assertThat(arguments.has("-clear")).isTrue();
  }

  @Test
  void aValueMayBeJoinedToItsSwitch() throws Exception {
    assertThat(parse("setquota", "-m=10G", "-path", "x").required("-max")).isEqualTo("10G");
  }

  @Test
  void aSinglePathLeavesTheRestToTheNextPlace() throws Exception {
    FsArguments arguments = parse("sq", "dir", "5000");

    assertThat(arguments.value("-path")).contains("dir");
    assertThat(arguments.required("-max")).isEqualTo("5000");
  }

  @ParameterizedTest
  @CsvSource({
    "setacl,dir,missing parameter '-acl'",
    "setacl,-x,unrecognized switch '-x'",
    "setacl,-dir,switch '-dir' needs a value",
    "setacl,-clear=yes,switch '-clear' takes no value",
    "setacl,-,missing parameter '-acl'",
    "setquota,a 1 2,too many values after switch -max",
    "copyacl,-fromdir a b,too many values after switch -fromdir",
    "setvol,-x,unrecognized switch '-x'"
  })
  void whatIsWrongIsSaid(String command, String words, String message) {
    assertThatThrownBy(() -> parse(command, words.split(" ")))
        .isInstanceOf(FsUsageException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("heddle fs help");
  }

  @Test
  void namesMayBeAliasesOrCutShort() throws Exception {
    assertThat(FsTable.find("la").name()).isEqualTo("listacl");
    assertThat(FsTable.find("lq").name()).isEqualTo("listquota");
    assertThat(FsTable.find("listac").name()).isEqualTo("listacl");
    assertThatThrownBy(() -> FsTable.find("list")).hasMessageContaining("listacl, ");
    assertThatThrownBy(() -> FsTable.find("nosuch")).hasMessageContaining("heddle fs help");
  }
}
