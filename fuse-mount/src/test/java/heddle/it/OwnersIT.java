package heddle.it;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners of files in a real cell as users of this machine: {@code --owner}. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to make users of the cell
@OpenAfsOnly("users of an embedded cell are not made with pts")
final class OwnersIT {
  private static final int DAEMON = 47110; // AFS id of one who is a user here, too

  @TempDir private Path directory;
  private OwnVolume volume;

  @BeforeEach
  void prepare() throws Exception {
    volume = OwnVolume.make("fs1", "file /file x\n");
    pts("createuser daemon -id " + DAEMON);
  }

  @AfterEach
  void remove() throws Exception {
    pts("delete daemon");
    volume.remove();
  }

  private static void pts(String command) throws Exception {
    RealCell.run("on", "fs1", "sh", "-c", "pts " + command + " -localauth");
  }

  private Mount mount(String owner) {
    Mount mount =
        Mount.start("--root-volume", volume.name(), "--attr-timeout", "0", "--owner", owner);
    String login = "login --keytab '" + RealCell.keytab("admin") + "' --mount .";
    Shell.Result result = mount.shell("", "'" + HeddleCommand.program() + "' " + login);
    assertThat(result.exit()).as(result.err()).isZero();
    return mount;
  }

  private static String owner(Mount mount) {
    return mount.out("", "stat -c %u file").strip();
  }

  /** Only who has a token for the cell is told what cannot be forged. */
  private static void assertProtected(List<String> calls, String operation) {
    assertThat(calls)
        .filteredOn(call -> call.contains(operation))
        .singleElement(as(STRING))
        .contains(" rxkad CRYPT admin@");
  }

  @Test
  void ownersAreWhoHasTheSameNameHere() {
    try (Mount mount = mount("passwd")) {
      assertThat(owner(mount)).as("whoever the dump says").isEqualTo("65534");
      int mark = mount.log().mark();
      mount.out("", "chown daemon:7 file");
      assertProtected(mount.callsSince(mark), "NameToId");
      assertThat(owner(mount)).isEqualTo("1");
      mark = mount.log().mark();
      mount.out("", "chown daemon file");
      assertProtected(mount.callsSince(mark), "IdToName");
      assertThat(mount.out("", "stat -c %g file")).isEqualTo("7\n");
      assertThat(mount.shell("", "chown root file").err())
          .as("nobody in the cell has that name")
          .contains("Invalid argument");
      assertThat(mount.out("", "find . -name file -user daemon")).isEqualTo("./file\n");
    }
    try (Mount mount = mount("self")) {
      assertThat(owner(mount)).isEqualTo("0");
      mount.out("", "chown root file");
      assertThat(mount.shell("", "chown daemon file").err()).contains("Invalid argument");
    }
    try (Mount mount = Mount.start("--root-volume", volume.name())) {
      assertThat(owner(mount)).as("nothing has changed it").isEqualTo("" + DAEMON);
    }
  }

  @Test
  void aFileSaysWhoIsWho() throws Exception {
    Path map = Files.writeString(directory.resolve("users"), "daemon 4001\nalice nobody\n");
    try (Mount mount = mount(map.toString())) {
      mount.out("", "chown 4001 file");
      assertThat(owner(mount)).isEqualTo("4001");
      mount.out("", "chown nobody file");
      assertThat(mount.out("", "stat -c %U file")).isEqualTo("nobody\n");
      assertThat(mount.shell("", "chown 1 file").err()).contains("Invalid argument");
    }
    Files.writeString(map, DAEMON + " 4002 # by number\nalice 4003");
    try (Mount mount = mount(map.toString())) {
      assertThat(owner(mount)).isEqualTo("4003");
      mount.out("", "chown 4002 file");
      assertThat(owner(mount)).isEqualTo("4002");
    }
  }
}
