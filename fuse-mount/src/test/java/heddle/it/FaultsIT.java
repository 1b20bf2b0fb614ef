package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written is there when something breaks in the middle of writing. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to unplug and move
final class FaultsIT {
  private static final String ANYBODY = "acl / -204:127,-101:127\n";
  private static final int BYTES = 2_000_000;

  /**
   * Writes the whole file again and again, each time with another letter, and says so when it is on
   * the server's disk; when that fails, or {@code stop} is there, it says so, goes on until that
   * one is stored, and ends.
   */
  private static final String WRITER =
      """
      perl -MIO::Handle -e '
        $| = 1; open($h, "+<", "file") or die $!;
        for ($i = 0; ; $i++) {
          my $letter = chr(65 + $i %% 26);
          sysseek($h, 0, 0); syswrite($h, $letter x %d) == %1$d or die $!;
          next if $h->sync && print("synced $i\\n") && !-e "%s/stop";
          print "ends $i\\n";
          until ($h->sync) { select undef, undef, undef, 0.1 }
          print "stored $letter\\n"; exit
        }'
      """;

  @TempDir private Path local;

  @BeforeEach
  void makeVolume() throws Exception {
    RealCell.runWithInput(ANYBODY + "file /file x\\n\n", "newvol", "it.faults", "fs2");
  }

  private static Mount mount(int timeoutSeconds) {
    return Mount.start("--root-volume", "it.faults", "--timeout", "" + timeoutSeconds);
  }

  private Process startWriter(Mount mount, LogFile log) throws Exception {
    return new ProcessBuilder("sh", "-c", WRITER.formatted(BYTES, local))
        .directory(mount.point().toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.path().toFile())
        .start();
  }

  /** A server holds on to a file for a minute whose store was cut off. */
  private static void assertEnds(Process writer, LogFile log) throws Exception {
    assertThat(writer.waitFor(10, TimeUnit.MINUTES)).as("%s", log).isTrue();
    assertThat(writer.exitValue()).isZero();
  }

  /** The last line of the writer names the letter that the file is full of, for any client. */
  private static void assertFull(LogFile log) throws Exception {
    String last = log.lines().getLast();
    assertThat(last).startsWith("stored ");
    try (Mount other = mount(60)) {
      assertThat(other.out("", "tr -d " + last.charAt(7) + " < file | wc -c; wc -c < file"))
          .isEqualTo("0\n" + BYTES + "\n");
    }
  }

  @Test
  void aStoreThatTheNetworkCutsOffIsMadeWhole() throws Exception {
    var log = new LogFile(local.resolve("log"));
    try (Mount mount = mount(5)) {
      Process writer = startWriter(mount, log);
      try {
        log.await(writer, "synced 3");
        RealCell.run("netdown", "fs2");
        log.await(writer, "ends ");
      } finally {
        RealCell.run("netup", "fs2");
      }
      assertEnds(writer, log);
      assertFull(log);
    }
  }

  @Test
  void aVolumeIsMovedWhileItIsWritten() throws Exception {
    var log = new LogFile(local.resolve("log"));
    try (Mount mount = mount(300)) {
      Process writer = startWriter(mount, log);
      log.await(writer, "synced 3");
      String move = "vos move it.faults %s a %s a -localauth";
      RealCell.run(
          ("on fs1 " + move.formatted(TestVolumes.address("fs2"), TestVolumes.address("fs1")))
              .split(" "));
      String stored = "/" + TestVolumes.address("fs1") + ":7000 StoreData64 ";
      mount.awaitLog(stored);
      assertThat(Shell.run(local, "touch stop").exit()).isZero();
      assertEnds(writer, log);
      assertThat(log.lines()).as("no sync failed").filteredOn(l -> l.startsWith("ends")).hasSize(1);
      assertFull(log);
    }
  }

  @Test
  void whatWasClosedIsThereAfterTheMountWasKilled() throws Exception {
    var log = new LogFile(local.resolve("log"));
    Mount mount = mount(300);
    Process writer =
        new ProcessBuilder(
                "sh", "-c", "i=0; while seq 20000 > $i; do echo closed $i; i=$((i+1)); done")
            .directory(mount.point().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.path().toFile())
            .start();
    log.await(writer, "closed 7");
    mount.kill();
    writer.waitFor(); // the next file could not be opened
    try (Mount again = mount(300)) {
      long closed = log.lines().stream().filter(line -> line.startsWith("closed ")).count();
      String check = "seq 20000 > '%s/all'; for i in $(seq 0 %d); do cmp '%1$s/all' $i; done";
      assertThat(again.out("", check.formatted(local, closed - 1))).isEmpty();
      assertThat(again.out("", "echo new > after; cat after")).isEqualTo("new\n");
    }
  }
}
