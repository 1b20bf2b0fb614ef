package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written is there when something breaks in the middle of writing. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to unplug, move and kill
final class FaultsIT {
  private static final int BYTES = 2_000_000;
  private static final int READ_FILES = 60;
  private static final int READ_BYTES = 300_000;

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
  private OwnVolume volume;

  @BeforeEach
  void makeVolume() throws Exception {
    var contents = new StringBuilder("file /file x\\n\n");
    for (int i = 0; i < READ_FILES; i++) {
      contents.append("pattern /read").append(i).append(' ').append(READ_BYTES).append('\n');
    }
    volume = OwnVolume.make("fs2", contents.toString());
  }

  @AfterEach
  void removeVolume() throws Exception {
    volume.remove();
  }

  private Mount mount(int timeoutSeconds) {
    return Mount.start(
        "--root-volume",
        volume.name(),
        "--timeout",
        "" + timeoutSeconds,
        "--cache-dir",
        local.resolve("cache").toString());
  }

  private Process start(String script, Mount mount, LogFile log) throws Exception {
    return new ProcessBuilder("sh", "-c", script)
        .directory(mount.point().toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.path().toFile())
        .start();
  }

  private Process startWriter(Mount mount, LogFile log) throws Exception {
    return start(WRITER.formatted(BYTES, local), mount, log);
  }

  private void stop() {
    assertThat(Shell.run(local, "touch stop").exit()).isZero();
  }

  /** A server holds on to a file for a minute whose store was cut off. */
  private static void assertEnds(Process process, LogFile log) throws Exception {
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("%s", log).isTrue();
    assertThat(process.exitValue()).as("%s", log).isZero();
  }

  /** The last line of the writer names the letter that the file is full of, for any client. */
  private void assertFull(LogFile log) throws Exception {
    String last = log.lines().getLast();
    assertThat(last).startsWith("stored ");
    try (Mount other = mount(60)) {
      assertThat(other.out("", "tr -d " + last.charAt(7) + " < file | wc -c; wc -c < file"))
          .isEqualTo("0\n" + BYTES + "\n");
    }
  }

  private static void assertNoSyncFailed(LogFile log) {
    assertThat(log.lines()).as("no sync failed").filteredOn(l -> l.startsWith("ends")).hasSize(1);
  }

  @Test
  void aStoreThatTheNetworkCutsOffIsMadeWhole() throws Exception {
    var log = new LogFile(local.resolve("log"));
    try (Mount mount = mount(15)) {
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
  @OpenAfsOnly("volumes of an embedded cell do not move")
  void aVolumeIsMovedWhileItIsWritten() throws Exception {
    var log = new LogFile(local.resolve("log"));
    try (Mount mount = mount(300)) {
      Process writer = startWriter(mount, log);
      log.await(writer, "synced 3");
      volume.move("fs2", "fs1");
      mount.awaitLog("/" + TestVolumes.address("fs1") + ":7000 StoreData64 ");
      stop();
      assertEnds(writer, log);
      assertNoSyncFailed(log);
      assertFull(log);
    }
  }

  /** It is started again at once, and has forgotten everything but what is on its disk. */
  @Test
  void aServerIsKilledWhileItIsWrittenAndRead() throws Exception {
    var written = new LogFile(local.resolve("log"));
    var read = new LogFile(local.resolve("read"));
    String reader =
        "for i in $(seq 0 %d); do echo $(wc -c < read$i) $(tail -c 16 read$i); done"
            .formatted(READ_FILES - 1);
    try (Mount mount = mount(300);
        Mount other = Mount.start("--root-volume", volume.name(), "--timeout", "300")) {
      Process writing = startWriter(mount, written);
      written.await(writing, "synced 3");
      Process reading = start(reader, other, read);
      read.await(reading, "^300000 ", 3);
      RealCell.run("fskill", "fs2");
      assertEnds(reading, read);
      written.await(writing, "synced", written.mark() + 3);
      stop();
      assertEnds(writing, written);
      assertNoSyncFailed(written);
      assertThat(read.lines()).hasSize(READ_FILES).containsOnly("300000 000000000299984");
      assertFull(written);
    }
  }

  @Test
  void whatWasClosedIsThereAfterTheMountWasKilled() throws Exception {
    var log = new LogFile(local.resolve("log"));
    Mount mount = mount(300);
    Process writer =
        start("i=0; while seq 20000 > $i; do echo closed $i; i=$((i+1)); done", mount, log);
    log.await(writer, "closed 7");
    mount.kill();
    writer.waitFor(); // the next file could not be opened
    try (Mount again = mount(300)) { // with the disk cache of the one that was killed
      long closed = log.lines().stream().filter(line -> line.startsWith("closed ")).count();
      String check = "seq 20000 > '%s/all'; for i in $(seq 0 %d); do cmp '%1$s/all' $i; done";
      assertThat(again.out("", check.formatted(local, closed - 1))).isEmpty();
      assertThat(again.out("", "echo new > after; cat after")).isEqualTo("new\n");
    }
  }
}
