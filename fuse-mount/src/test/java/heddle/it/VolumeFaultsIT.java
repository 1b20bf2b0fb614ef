package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.OpenAfsOnly;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that are released, moved, or lose one of their servers while somebody uses them. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to move, release and unplug
final class VolumeFaultsIT {
  private static final String EIO = "errno 5";
  private static final int FILES = 30;

  /**
   * Reads the file again and again, each time at once; says what it is full of when that changes.
   */
  private static final String READER =
      """
      perl -e '
        $| = 1;
        until (-e "%s/stop") {
          my ($now, $data);
          open(my $h, "<", "file") or $now = "open: $!";
          defined(sysread($h, $data, 8192)) or $now = "read: $!" if !$now;
          my $letter = substr($data, 0, 1);
          $now ||= $data eq $letter x 4000 ? "only $letter" : "a mixture";
          print "$now\\n" if $now ne $before;
          $before = $now;
          select undef, undef, undef, 0.01;
        }'
      """;

  @TempDir private Path local;
  private OwnVolume volume;

  @AfterEach
  void removeVolume() throws Exception {
    volume.remove();
  }

  private static Mount mount(String rootVolume) {
    return Mount.start("--root-volume", rootVolume, "--timeout", "300");
  }

  private void release(Mount writer, String letter) throws Exception {
    writer.out("", "head -c 4000 /dev/zero | tr '\\0' " + letter + " > file");
    volume.release();
  }

  @Test
  void readersOfAVolumeThatIsReleasedGetOneReleaseOrAnother() throws Exception {
    volume = OwnVolume.make("fs1", "file /file x\\n\n");
    volume.copyTo("fs1", "fs2");
    try (Mount writer = mount(volume.name())) {
      release(writer, "A");
      try (Mount mount = mount(volume.name() + ".readonly")) {
        var log = new LogFile(local.resolve("log"));
        Process reader =
            new ProcessBuilder("sh", "-c", READER.formatted(local))
                .directory(mount.point().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.path().toFile())
                .start();
        log.await(reader, "only A");
        release(writer, "B");
        log.await(reader, "only B");
        release(writer, "C");
        log.await(reader, "only C");
        assertThat(mount.out("", "tr -d C < file | wc -c; wc -c < file")).isEqualTo("0\n4000\n");
        assertThat(Shell.run(local, "touch stop").exit()).isZero();
        assertThat(reader.waitFor()).as("%s", log).isZero();
        assertThat(log.lines())
            .allMatch(line -> line.matches("only [ABC]"))
            .last()
            .isEqualTo("only C");
      }
    }
  }

  @Test
  @OpenAfsOnly("volumes of an embedded cell do not move")
  void aLockDoesNotMoveWithItsVolume() throws Exception {
    volume = OwnVolume.make("fs2", "file /file 0123456789\n");
    try (Mount first = mount(volume.name());
        Mount second = mount(volume.name());
        Locker holder = Locker.writing(first.point().resolve("file"));
        Locker there = Locker.writing(second.point().resolve("file"))) {
      assertThat(holder.run("flock ex nb")).isEqualTo("ok");
      assertThat(holder.run("write 0 kept")).isEqualTo("ok");
      first.out("", "sync file");

      volume.move("fs2", "fs1");
      first.out("", "touch contact"); // it is told where the volume is now
      first.awaitLog("the volume has moved");

      assertThat(holder.run("write 0 lost")).isEqualTo(EIO);
      assertThat(there.run("flock ex nb")).isEqualTo("ok");
      assertThat(there.run("read 0 8")).isEqualTo("data kept4567");
      assertThat(holder.run("flock un")).isEqualTo("ok");
    }
  }

  /** Whoever comes first pays for it, for 2 s at most; others do not ask it again. */
  @Test
  @OpenAfsOnly("an embedded cell has one file server")
  void aDeadServerOfAReadOnlyVolumeIsTriedOnce() throws Exception {
    volume = OwnVolume.make("fs1", files());
    volume.copyTo("fs1", "fs2");
    volume.release();
    String dead = TestVolumes.address("fs2");
    try (Mount mount = mount(volume.name() + ".readonly")) {
      mount.out("", "'" + HeddleCommand.program() + "' fs setserverprefs " + dead + " 1");
      int before = mount.log().mark();
      for (int i = 0; i < FILES && mount.callsSince(before).stream().noneMatch(isTo(dead)); i++) {
        mount.out("", "cat before" + i); // it is used when it was asked whether it is there
      }
      assertThat(mount.callsSince(before)).as("it is the first choice").anyMatch(isTo(dead));
      RealCell.run("netdown", "fs2");
      try {
        int cut = mount.log().mark();
        assertThat(mount.out("", "tail -c 16 first")).isEqualTo("000000000299984\n");
        assertThat(mount.out("others", "cat *")).isEqualTo("content\n".repeat(FILES));
        List<String> calls = mount.callsSince(cut);
        assertThat(calls).filteredOn(isTo(dead)).hasSizeLessThanOrEqualTo(1 + busy(calls));
        assertThat(calls).filteredOn(isTo(TestVolumes.address("fs1"))).hasSizeGreaterThan(FILES);
      } finally {
        RealCell.run("netup", "fs2");
      }
    }
  }

  /** Who is told by the one that it is busy looks whether the other one is back. */
  private static int busy(List<String> calls) {
    return (int)
        calls.stream().filter(line -> line.contains("aborted by the peer with 110")).count();
  }

  /** But for the question whether it is there. */
  private static Predicate<String> isTo(String address) {
    return line -> line.contains("/" + address + ":7000 ") && !line.contains(" GetCapabilities ");
  }

  private static String files() {
    var files = new StringBuilder("pattern /first 300000\ndir /others\n");
    for (int i = 0; i < FILES; i++) {
      files.append("file /before").append(i).append(" x\\n\n");
      files.append("file /others/").append(i).append(" content\\n\n");
    }
    return files.toString();
  }
}
