package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What users type: the usual commands in a mount, and those of {@code heddle} without one. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to look from the other host
@ExtendWith(Peer.class)
final class CommandsIT {
  private static Mount mount;
  private static String cell;

  @TempDir private Path directory;

  @BeforeAll
  static void mount() throws Exception {
    cell = RealCell.name();
    TestVolumes.make("it.pattern", "fs1", "pattern /large 300000\n");
    mount = Mount.start();
  }

  @AfterAll
  static void end() {
    mount.close();
  }

  private Shell.Result heddle(String arguments) {
    return Shell.run(directory, "'" + HeddleCommand.program() + "' " + arguments);
  }

  @Test
  void rootListsTheCells() {
    assertThat(mount.out("", "ls")).isEqualTo(cell + "\n");
    assertThat(mount.out("", "ls -l").lines()).hasSize(2);
  }

  /** What a script waits for: a line when the mount can be used, and one when it has ended. */
  @Test
  void aScriptIsToldOfAMountInJson() throws Exception {
    Path point = Files.createDirectory(directory.resolve("json"));
    Process process =
        new ProcessBuilder(
                HeddleCommand.words(
                    "mount", List.of("--json", "--keep-dir", "none", point.toString())))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader events = process.inputReader()) {
      String place = "\"mountPoint\":\"" + point + "\"";
      assertThat(events.readLine())
          .isEqualTo("{\"event\":\"mounted\",\"cell\":\"" + cell + "\"," + place + "}");
      assertThat(Shell.run(point, "ls").out()).isEqualTo(cell + "\n");

      String unmounted = "{\"event\":\"unmounted\"," + place + "}";
      assertThat(heddle("umount --json '" + point + "'").out()).isEqualTo(unmounted + "\n");

      assertThat(events.readLine()).isEqualTo(unmounted);
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroy();
    }
    assertThat(heddle("umount --json '" + point + "'").err())
        .startsWith("{\"command\":\"heddle umount\",\"error\":\"");
  }

  @Test
  void aMountThatHasNoPlaceToKeepAnythingSaysSoAtItsStart() throws Exception {
    Path point = Files.createDirectory(directory.resolve("nowhere"));
    ProcessBuilder mounting =
        new ProcessBuilder(HeddleCommand.words("mount", List.of("--json", point.toString())))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    mounting.environment().put("XDG_STATE_HOME", point.resolve("home").toString()); // in AFS
    Process process = mounting.start();
    try (BufferedReader events = process.inputReader()) {
      assertThat(events.readLine()).startsWith("{\"event\":\"mounted\"");
      assertThat(events.readLine())
          .startsWith("{\"event\":\"notice\"")
          .contains("will be lost", "--keep-dir");
      assertThat(heddle("umount '" + point + "'").exit()).isZero();
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroy();
    }
  }

  /** All but the inode numbers, which each client makes up. */
  @Test
  void everythingLooksAsOpenAfsShowsIt() throws Exception {
    String find =
        "find README public repl -printf '%y %m %n %U %G %s %T@ %p %l\\n' | LC_ALL=C sort";
    assertThat(mount.out(cell, find)).isEqualTo(Peer.run(".", find)).contains("public/dir/sub");
  }

  @Test
  void filesAreCopied() {
    mount.out(cell, "cp -r --no-dereference public '" + directory + "'");
    assertThat(mount.out(cell, "diff -r --no-dereference public '" + directory + "/public'"))
        .isEmpty();
    assertThat(mount.out(cell, "cat public/rel.lnk public/dir/sub/deep.txt"))
        .isEqualTo("hello, world\ndeep\n");
    assertThat(mount.out(cell, "readlink public/dangling.lnk")).isEqualTo("no/such/file\n");
  }

  @Test
  void fileSystemIsTheVolume() throws Exception {
    String examined = RealCell.run("on", "fs1", "vos", "examine", "public", "-localauth");
    String[] words = mount.out(cell, "df -k --output=size,used public").split("[ \n]+");
    assertThat(examined).containsPattern("MaxQuota +" + words[words.length - 2] + " K");
    assertThat(examined).containsPattern(" " + words[words.length - 1] + " K");
  }

  @Test
  void readOnlyVolumesCannotBeChanged() {
    assertThat(mount.shell(cell, "mkdir repl/new").err()).contains("Read-only file system");
    assertThat(mount.shell(cell, "echo x >repl/new").err()).contains("Read-only file system");
    assertThat(mount.shell(".", "mkdir new").err()).contains("Read-only file system");
  }

  @Test
  void whatIsForOthersIsRefused() {
    assertThat(mount.shell(cell, "ls user/alice").err()).contains("Permission denied");
    assertThat(mount.shell(cell, "cat hostonly/x").err()).contains("Permission denied");
  }

  @Test
  void cellsComeFromAFile() throws Exception {
    String server = HeddleCommand.databaseServer();
    Files.writeString(
        directory.resolve("cells"),
        ">" + cell + " #ours\n" + server + " #db\n>other.example #theirs\n192.0.2.1 #db\n");
    assertThat(heddle("ls --cellservdb cells /afs").out())
        .isEqualTo("other.example\n" + cell + "\n");
    assertThat(heddle("cat --cellservdb cells /afs/" + cell + "/README").out())
        .isEqualTo("Welcome to " + cell + "\n");
  }

  @Test
  void cellsComeFromTheSystemsFile() {
    assertThat(heddle("ls /afs/" + cell + "/public").out())
        .isEqualTo(mount.out(cell, "LC_ALL=C ls public"));
  }

  @Test
  void exitStatusTells() {
    Shell.Result missing =
        HeddleCommand.run("cat", "/afs/" + cell + "/none /afs/" + cell + "/README");
    assertThat(missing.exit()).isEqualTo(1);
    assertThat(missing.out()).isEqualTo("Welcome to " + cell + "\n");
    assertThat(missing.err())
        .isEqualTo("heddle cat: /afs/" + cell + "/none: no such file or directory\n");

    assertThat(heddle("cat --nonsense").exit()).isEqualTo(2);

    String cat = HeddleCommand.line("cat --root-volume it.pattern", "/large");
    Shell.Result piped = Shell.run(directory, "{ " + cat + "; echo $? >status; } | head -c 1");
    assertThat(piped).isEqualTo(new Shell.Result(0, "0", ""));
    assertThat(Shell.run(directory, "cat status").out()).isEqualTo("141\n");
  }

  @Test
  void rootVolumeMustBeThere() {
    String options = HeddleCommand.cell() + " --root-volume no.such.volume";
    Shell.Result result = heddle("mount " + options + " '" + directory + "'");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err().lines()).singleElement().asString().contains("no.such.volume");
    assertThat(Mount.isMounted(directory)).isFalse();
  }
}
