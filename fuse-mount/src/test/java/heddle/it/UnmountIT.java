package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mount ends when it is told to, also while somebody waits in it for a server that is gone. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to unplug a server
final class UnmountIT {
  /** For how long a reader would wait by itself. */
  private static final String TIMEOUT_SECONDS = "3600";

  private static final long SECONDS = 60; // whatever the machine is busy with

  private Mount mount;

  @BeforeAll
  static void make() throws Exception {
    TestVolumes.make("it.far", "fs2", "file /known known\\n\npattern /unread 300000\n");
  }

  @BeforeEach
  void mount() {
    mount = Mount.start("--root-volume", "it.far", "--timeout", TIMEOUT_SECONDS);
    mount.out("", "ls -l && cat known");
  }

  @AfterEach
  void plugIn() throws Exception {
    RealCell.run("netup", "fs2");
    mount.close();
  }

  private Shell.Running blockedReader() throws Exception {
    RealCell.run("netdown", "fs2");
    Shell.Running reader = Shell.start(mount.point(), "cat unread");
    mount.awaitLog(" open /unread -> 0");
    return reader;
  }

  private Shell.Result end(String command) {
    return Shell.run(
        Path.of("/"),
        command
            .replace("PID", String.valueOf(mount.process().pid()))
            .replace("MOUNT", "'" + mount.point() + "'")
            .replace("HEDDLE", "'" + HeddleCommand.program() + "'"));
  }

  private void assertEnded() throws InterruptedException {
    assertThat(mount.process().waitFor(SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    assertThat(mount.process().exitValue()).isZero();
    assertThat(mount.isMounted()).as("a stale mount").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kill -TERM PID",
        "kill -INT PID",
        "fusermount -uz MOUNT",
        "HEDDLE umount --lazy MOUNT"
      })
  void readerIsNotWaitedFor(String command) throws Exception {
    Shell.Running reader = blockedReader();
    assertThat(reader.process().isAlive()).isTrue();

    assertThat(end(command).exit()).isZero();

    assertEnded();
    assertThat(reader.process().waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(reader.result().err()).startsWith("cat: unread: ");
  }

  @Test
  void busyMountIsLeftAloneUnlessForced() throws Exception {
    Shell.Running reader = blockedReader();

    assertThat(end("fusermount -u MOUNT").err()).contains("busy");

    assertThat(mount.process().isAlive()).isTrue();
    assertThat(mount.out("", "cat known")).isEqualTo("known\n");
    assertThat(reader.process().isAlive()).isTrue();
    end("kill -TERM PID");
    assertEnded();
    assertThat(reader.process().waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill -INT PID", "fusermount -u MOUNT"})
  void mountThatNobodyUsesEndsAtOnce(String command) throws Exception {
    assertThat(end(command).err()).isEmpty();

    assertEnded();
    assertThat(mount.log().lines())
        .as("the servers are told")
        .anyMatch(line -> line.contains("GiveUpAllCallBacks"));
  }

  @Test
  void aDeadMountIsCalledThatAndTakenAway() throws Exception {
    String heddle = "'" + HeddleCommand.program() + "' ";
    mount.process().destroyForcibly().waitFor();

    Shell.Result status = end(heddle + "status MOUNT");
    assertThat(status.exit()).isEqualTo(1);
    assertThat(status.err())
        .isEqualTo(
            "heddle status: %s is dead: its process has gone; take it away: heddle umount %1$s\n"
                .formatted(mount.point()));
    assertThat(end(heddle + "umount MOUNT").exit()).isZero();
    assertThat(mount.isMounted()).isFalse();
    mount(); // one that can end
  }
}
