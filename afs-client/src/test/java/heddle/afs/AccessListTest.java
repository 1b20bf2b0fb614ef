package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AccessList.Entry;
import heddle.afs.AccessList.Half;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessListTest {
  private static final String TEXT = "2\n1\nalice 127\nsystem:anyuser 9\nbob 2\n";

  private static AccessList parse(String text) throws AfsException {
    return AccessList.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static AccessRights rights(String letters) {
    return AccessRights.parse(letters).orElseThrow();
  }

  @Test
  void whatAServerSendsIsUnderstoodAndSentBackAsItCame() throws Exception {
    AccessList list = parse(TEXT);

    assertThat(list.normal())
        .containsExactly(
            new Entry("alice", rights("all")), new Entry("system:anyuser", rights("read")));
    assertThat(list.negative()).containsExactly(new Entry("bob", rights("w")));
    assertThat(list.text()).asString(StandardCharsets.UTF_8).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1\n0\n",
        "1\n0\nalice\n",
        "1\n0\nalice x\n",
        "1\n0\nalice 1 2\n",
        "-1\n0\n",
        "x\n0\n",
        "99999999\n0\n",
        "1 dfs:1 cell\n0\nuser:alice 1\n"
      })
  void whatIsNoListIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(AfsException.ProtocolViolation.class);
  }

  @Test
  void anEntryIsReplacedAddedOrGoneWithItsLastRight() throws Exception {
    AccessList list = parse(TEXT);

    assertThat(list.with(Half.NORMAL, "ALICE", rights("rl")).normal())
        .first()
        .isEqualTo(new Entry("alice", rights("rl")));
    assertThat(list.with(Half.NORMAL, "carol", rights("rl")).normal())
        .containsExactly(
            new Entry("carol", rights("rl")), list.normal().get(0), list.normal().get(1));
    assertThat(list.with(Half.NEGATIVE, "bob", AccessRights.NONE).negative()).isEmpty();
    assertThat(list.rights(Half.NORMAL, "bob")).isEmpty();
    assertThat(list.rights(Half.NEGATIVE, "Bob")).contains(rights("w"));
  }

  @Test
  void namesThatAreNumbersAreTold() {
    assertThat(List.of("-204", "17", "17a", "system:anyuser"))
        .filteredOn(name -> new Entry(name, AccessRights.NONE).isNumber())
        .containsExactly("-204", "17");
  }

  @ParameterizedTest
  @CsvSource({
    "read,rl",
    "write,rlidwk",
    "mail,lik",
    "all,rlidwka",
    "none,''",
    "lr,rl",
    "akwdilr,rlidwka",
    "rH,rH",
    "A,A",
    "'',''"
  })
  void rightsAreLettersOrWords(String text, String letters) {
    assertThat(AccessRights.parse(text).orElseThrow().letters()).isEqualTo(letters);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "Read", "rl+", "r l"})
  void otherWordsAreNoRights(String text) {
    assertThat(AccessRights.parse(text)).isEmpty();
  }
}
