package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that servers cannot call: what they answer comes through, but no break. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to filter packets
@ExtendWith(Peer.class)
final class BlockedCallbacksIT {
  private OwnVolume volume;

  @BeforeEach
  void makeVolume() throws Exception {
    volume = OwnVolume.make("fs1", "file /file first \nfile /other other\\n\n");
  }

  @AfterEach
  void removeVolume() throws Exception {
    RealCell.run("callbacksup", "cli1");
    volume.remove();
  }

  private static String read(Mount mount) {
    Shell.Result result = mount.shell("", "cat file");
    return result.exit() == 0 ? result.out() : "failed";
  }

  /** The mount asks servers every half minute, and one that has missed us refuses to answer. */
  @Test
  void whatWasMissedIsNotBelievedAnyMoreSoonAfter() throws Exception {
    try (Mount mount = Mount.start("--root-volume", volume.name(), "--timeout", "15")) {
      String fid = fid(mount);
      assertThat(read(mount)).isEqualTo("first ");
      RealCell.run("callbacksdown", "cli1");

      Peer.write(fid, "second"); // it takes the server some seconds to give us up
      mount.shell("", "'" + HeddleCommand.program() + "' fs checkservers"); // now, for once
      mount.awaitLog(" is not believed: ");
      assertThat(read(mount)).as("a refusal is no lie").isIn("second", "failed");

      RealCell.run("callbacksup", "cli1");
      mount.shell("", "until [ \"$(cat file)\" = second ]; do sleep 0.1; done");
      assertThat(read(mount)).isEqualTo("second");
      Peer.write(fid, "third ");
      assertThat(read(mount)).as("breaks come again").isEqualTo("third ");
    }
  }

  private static String fid(Mount mount) {
    String said = mount.out("", "'" + HeddleCommand.program() + "' fs getfid file");
    return said.replaceAll("(?s).*\\((\\S+)\\).*", "$1");
  }
}
