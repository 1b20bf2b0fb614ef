package heddle.afs.vnode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.AfsException;
import heddle.afs.rpc.VolumeType;
import heddle.afs.vnode.MountPoint.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountPointTest {
  private static MountPoint parse(String contents) throws AfsException {
    return MountPoint.parse(contents.getBytes(UTF_8));
  }

  @Test
  void regular() throws AfsException {
    assertThat(parse("#user.alice."))
        .isEqualTo(
            new MountPoint(Kind.REGULAR, Optional.empty(), "user.alice", VolumeType.READ_WRITE));
  }

  @Test
  void readWriteInAnotherCell() throws AfsException {
    assertThat(parse("%example.org:root.cell."))
        .isEqualTo(
            new MountPoint(
                Kind.READ_WRITE, Optional.of("example.org"), "root.cell", VolumeType.READ_WRITE));
  }

  @Test
  void suffixes() throws AfsException {
    assertThat(parse("#vol.readonly."))
        .isEqualTo(new MountPoint(Kind.REGULAR, Optional.empty(), "vol", VolumeType.READ_ONLY));
    assertThat(parse("#c:vol.backup."))
        .isEqualTo(new MountPoint(Kind.REGULAR, Optional.of("c"), "vol", VolumeType.BACKUP));
    assertThat(parse("#readonly.").suffix()).isEqualTo(VolumeType.READ_WRITE);
  }

  @Test
  void volumeByNumber() throws AfsException {
    assertThat(parse("#536870913.").volume()).isEqualTo("536870913");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"#a.", "%a.", "#cell:a.", "%cell:a.readonly.", "#a.backup.", "#536870913."})
  void writesWhatItReads(String contents) throws AfsException {
    assertThat(parse(contents)).hasToString(contents);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "#",
        "#.",
        "%.",
        "a.",
        "#volume",
        "/afs/example.org.",
        "#:vol.",
        "#cell:.",
        "#.readonly.",
        "#cell:.backup.",
        "#a b.",
        "#a\u0000.",
        "#a/b.",
        "#cell:vol:1:1.",
        "#ä."
      })
  void anythingElse(String contents) {
    assertThatExceptionOfType(AfsException.ProtocolViolation.class)
        .isThrownBy(() -> parse(contents));
  }

  @Test
  void tooLong() {
    assertThatExceptionOfType(AfsException.ProtocolViolation.class)
        .isThrownBy(() -> parse("#" + "a".repeat(MountPoint.MAX_BYTES) + "."));
  }
}
