package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Symbolic links and mount points, seen from a volume that is mounted as the root. A volume's
 * read-only copy says {@code released} where the volume itself says {@code changed}.
 */
@NeedsCell
@NeedsFuse
@NeedsRoot // to make volumes
final class VolumesIT {
  private static final String INNER =
      """
      file /version %s\\n
      dir /d
      link /d/out ../../top
      """;

  private static final String OUTER =
      """
      file /top top of outer\\n
      hard /again /top
      link /relative top
      link /chain relative
      link /dangling no/such/file
      link /absolute /no/such/file
      link /loop loop
      link /through dir/rw/version
      dir /dir
      file /dir/top in dir\\n
      mount /dir/rw %it.inner.
      mount /ro #it.inner.readonly.
      mount /plain #it.inner.
      mount /copy #it.outer.readonly.
      mount /self #it.outer.
      mount /writable %it.outer.
      mount /gone #no.such.volume.
      mount /gonecell #no.such.cell:root.cell.
      """;

  private static Mount mount;

  @BeforeAll
  static void make() throws Exception {
    TestVolumes.make("it.inner", "fs1", INNER.formatted("released"));
    TestVolumes.release("it.inner", "fs1");
    TestVolumes.make("it.inner", "fs1", INNER.formatted("changed"));
    TestVolumes.make("it.outer", "fs1", OUTER);
    TestVolumes.release("it.outer", "fs1");
    mount = Mount.start("--dns", "off", "--root-volume", "it.outer");
  }

  @AfterAll
  static void end() {
    mount.close();
  }

  private static String out(String script) {
    return mount.out("", script);
  }

  private static Shell.Result heddle(String command, String arguments) {
    return HeddleCommand.run(command + " --root-volume it.outer", arguments);
  }

  @Test
  void linksAreReadAsTheyAre() {
    assertThat(out("readlink relative chain dangling absolute loop through"))
        .isEqualTo("top\nrelative\nno/such/file\n/no/such/file\nloop\ndir/rw/version\n");
    assertThat(heddle("ls -l", "/dangling /absolute").out())
        .contains("/dangling -> no/such/file\n", "/absolute -> /no/such/file\n");
  }

  @Test
  void linksAreFollowed() {
    String names = "relative chain again through";
    String expected = "top of outer\n".repeat(3) + "changed\n";
    assertThat(out("cat " + names)).isEqualTo(expected);
    assertThat(heddle("cat", "/" + names.replace(" ", " /")).out()).isEqualTo(expected);
    assertThat(out("stat -c %h top again")).isEqualTo("2\n2\n");
  }

  @Test
  void linksThatLeadNowhereFail() {
    assertThat(mount.shell("", "cat dangling").err()).contains("No such file or directory");
    assertThat(mount.shell("", "cat loop").err()).contains("Too many levels");
    Shell.Result result = heddle("cat", "/dangling /absolute /loop /top");
    assertThat(result.out()).isEqualTo("top of outer\n");
    assertThat(result.err().split("\n"))
        .satisfiesExactly(
            line -> assertThat(line).contains("/dangling").contains("no such file"),
            line -> assertThat(line).contains("/absolute").contains("no such file"),
            line -> assertThat(line).contains("/loop").contains("too many"));
    assertThat(result.exit()).isEqualTo(1);
  }

  /**
   * A plain mount point leads to the read-only copy where it is in one itself, and so does the root
   * of the mount.
   */
  @ParameterizedTest
  @CsvSource({
    "dir/rw, changed",
    "ro, released",
    "plain, released",
    "self/self/dir/rw, changed",
    "self/copy/plain, released",
    "writable/plain, changed",
    "writable/ro, released",
    "writable/self/plain, changed",
    "writable/copy/plain, released",
    "writable/copy/dir/rw, changed"
  })
  void mountPointsLeadToTheRightVolume(String directory, String version) {
    assertThat(out("cat " + directory + "/version")).isEqualTo(version + "\n");
    assertThat(out("df --output=target " + directory + " | tail -n 1").strip())
        .isEqualTo(mount.point().toString());
  }

  @Test
  void commandsSeeTheSameVolumes() {
    assertThat(heddle("cat", "/dir/rw/version /plain/version /writable/plain/version").out())
        .isEqualTo("changed\nreleased\nchanged\n");
    assertThat(heddle("stat", "/ro /dir/rw").out().lines().filter(line -> line.contains("volume:")))
        .satisfiesExactly(
            line -> assertThat(line).contains("name=it.inner.readonly", "readOnly=true"),
            line -> assertThat(line).contains("name=it.inner ", "readOnly=false"));
  }

  @Test
  void parentOfAVolumeIsWhereItIsMounted() {
    assertThat(out("cat ro/../top dir/rw/../top dir/rw/../../top ro/d/out dir/rw/d/out"))
        .isEqualTo("top of outer\nin dir\ntop of outer\ntop of outer\nin dir\n");
    assertThat(out("cd dir/rw/d && cd ../.. && /bin/pwd && cat top"))
        .isEqualTo(mount.point() + "/dir\nin dir\n");
    assertThat(
            heddle("cat", "/ro/../top /dir/rw/../top /dir/rw/../../top /ro/d/out /dir/rw/d/out")
                .out())
        .isEqualTo("top of outer\nin dir\ntop of outer\ntop of outer\nin dir\n");
    assertThat(heddle("cat", "/../../top").out()).as("above the root").isEqualTo("top of outer\n");
  }

  @Test
  void volumeThatIsNotThereHurtsNothingElse() {
    String names =
        """
        absolute
        again
        chain
        copy
        dangling
        dir
        gone
        gonecell
        loop
        plain
        relative
        ro
        self
        through
        top
        writable
        """;
    assertThat(out("LC_ALL=C ls")).isEqualTo(names);
    assertThat(mount.shell("", "cat gone/x").err()).contains("No such device");
    assertThat(mount.shell("", "ls gonecell").err()).contains("No such file or directory");

    Shell.Result list = mount.shell("", "LC_ALL=C ls -l | sed 1d | sed 's/ -> .*//; s/.* //'");
    assertThat(list.out().strip()).isEqualTo(names.strip());
    assertThat(list.err().split("\n"))
        .satisfiesExactly(
            line -> assertThat(line).contains("'gone'"),
            line -> assertThat(line).contains("'gonecell'"));
    assertThat(out("cat top plain/version")).isEqualTo("top of outer\nreleased\n");
  }

  @Test
  void commandsTellWhichVolumeIsNotThere() {
    Shell.Result result = heddle("ls -l", "/");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out().lines()).hasSize(14);
    assertThat(result.err().split("\n"))
        .satisfiesExactly(
            line -> assertThat(line).contains("/gone:").contains("no.such.volume"),
            line -> assertThat(line).contains("/gonecell:").contains("no.such.cell"));
  }
}
