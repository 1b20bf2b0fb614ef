package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

final class HeddleTest {
  private final CommandRun heddle = new CommandRun();

  @Test
  void helpTeachesByExample() {
    assertThat(heddle.runExactly("--help")).isZero();
    assertThat(heddle.out()).contains("Examples:", "heddle mount --cell", "Exit codes:");
  }

  @Test
  void theListOfCommandsSaysOfEachWhatItDoesInAWholeSentence() {
    assertThat(heddle.runExactly("--help")).isZero();
    String list =
        heddle.out().replaceAll("(?s).*\nCommands:\n(.*?)\n\n.*", "$1").replaceAll("\n   +", " ");
    assertThat(list.lines())
        .hasSizeGreaterThan(10)
        .allMatch(line -> line.matches("  [a-z]+ .*[.]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mount", "ls", "cat", "stat", "cp"})
  void everyCommandHasAnExample(String command) {
    assertThat(heddle.runExactly(command, "--help")).isZero();
    assertThat(heddle.out()).contains("Usage: heddle " + command, "Example", "--vlserver");
  }

  @Test
  void versionIsTold() {
    assertThat(heddle.runExactly("--version")).isZero();
    assertThat(heddle.out()).startsWith("heddle ").contains("Java ");
  }

  @ParameterizedTest
  @CsvSource({
    "-v umount /nonexistent, debug",
    "--verbose umount /nonexistent, debug",
    "umount -v /nonexistent, debug",
    "umount /nonexistent,"
  })
  void logsAreWantedBeforeTheCommandOrBehindIt(String line, String level) {
    String property = "org.slf4j.simpleLogger.log.heddle";
    System.clearProperty(property);
    try {
      assertThat(heddle.runExactly(line.split(" "))).isEqualTo(1);
      assertThat(System.getProperty(property)).isEqualTo(level);
    } finally {
      System.clearProperty(property);
    }
  }

  @Test
  void mistakesAreToldInOneLineAndAHint() {
    assertThat(heddle.runExactly("lss")).isEqualTo(2);
    assertThat(heddle.err()).contains("lss", "heddle ls", "Try 'heddle --help'.");
    assertThat(heddle.runExactly()).isEqualTo(2);
    assertThat(heddle.runExactly("ls")).isEqualTo(2);
    assertThat(heddle.err()).contains("PATH", "Try 'heddle ls --help'.").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "lss ~ heddle: there is no command 'lss'",
        "ls --jsn /afs ~ heddle ls: there is no option '--jsn'",
        "umount a b ~ heddle umount: 'b' is too much",
        "mount ~ heddle mount: MOUNTPOINT is missing",
        "mount --vlserver 192.0.2.1 a ~ heddle mount: --cell NAME is missing",
        "ls --timeout x /afs ~ heddle ls: --timeout takes SECONDS, not 'x'",
        "mount --locks x a ~ heddle mount: --locks takes strict|openafs|local, not 'x'",
        "cp /afs/a ~ heddle cp: PATH is missing: at least 2 are needed",
        "serve --any-user x a ~ heddle serve: --any-user takes letters of rlidwka, or read, write,"
            + " mail, all or none, not x",
        "serve --address x a ~ heddle serve: --address takes an IPv4 address, not x"
      })
  void mistakesAreToldInWordsOfTheCommand(String line, String message) {
    assertThat(heddle.runExactly(line.split(" "))).isEqualTo(2);
    assertThat(heddle.err()).startsWith(message + "\n").endsWith("--help'.\n");
  }

  @Test
  void helpIsBrokenIntoLinesWhereWordsEnd() {
    var commands = Heddle.commandLine(heddle.console()).getSubcommands();
    assertThat(commands).hasSizeGreaterThan(10);
    commands.forEach(
        (name, command) -> {
          CommandSpec spec = command.getCommandSpec();
          assertThat(spec.args())
              .as("lines of %s: the width of the help breaks them", name)
              .allMatch(argument -> argument.description().length <= 1);
          assertThat(spec.usageMessage().footer())
              .filteredOn(line -> line.startsWith(" "))
              .as("examples of %s", name)
              .allMatch(line -> line.length() <= spec.usageMessage().width());
        });
  }

  @Test
  void anAddressThatIsNotOfThisMachineIsToldOf(@TempDir Path directory) {
    assertThat(heddle.runExactly("serve", "--address", "192.0.2.1", directory.toString()))
        .isEqualTo(1);
    assertThat(heddle.err())
        .contains("cannot serve there: ", "192.0.2.1", "; --address names another place")
        .hasLineCount(1);
  }

  @Test
  void aPathThatIsNotThereAndNotOfAfsIsToldOf() {
    assertThat(heddle.run("ls", "/etc")).isEqualTo(1);
    assertThat(heddle.err())
        .isEqualTo(
            "heddle ls: /etc: no such file or directory in AFS, where a path begins with /afs/CELL\n");
  }

  @Test
  void pathMustBeginAtTheRoot() {
    assertThat(heddle.run("cat", "file")).isEqualTo(2);
    assertThat(heddle.err()).contains("begins with /afs/CELL: file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "NaN", "1e9", "x"})
  void timeoutMustMakeSense(String timeout) {
    assertThat(heddle.run("ls", "--timeout", timeout, "/")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "NaN", "1e9", "x"})
  void timesOfAMountMustMakeSense(String seconds, @TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("file"), "so that nothing is mounted");
    for (String option : new String[] {"--attr-timeout", "--shutdown-timeout"}) {
      assertThat(heddle.run("mount", option, seconds, directory.toString())).isEqualTo(2);
      assertThat(heddle.err()).contains(option);
    }
  }

  @Test
  void ownersMustMakeSense(@TempDir Path directory) throws Exception {
    Path map = Files.writeString(directory.resolve("map"), "alice root\nbob\n");
    String point = directory.toString(); // so that nothing is mounted: it is not empty
    assertThat(heddle.run("mount", "--owner", map.toString(), point)).isEqualTo(2);
    assertThat(heddle.err())
        .contains(map + ": line 2 is not of the form AFS-USER LOCAL-USER", "--owner");
    String missing = directory.resolve("missing").toString();
    assertThat(heddle.run("mount", "--owner", missing, point)).isEqualTo(2);
    assertThat(heddle.err()).contains("cannot read " + missing + ": no such file or directory");
    String cells = Files.writeString(directory.resolve("cells"), "").toString();
    assertThat(heddle.runExactly("mount", "--cellservdb", cells, "--owner", "passwd", point))
        .isEqualTo(2);
    assertThat(heddle.err()).contains("--owner needs to know whose users are meant: --cell NAME");
  }

  @Test
  void aCellThatCannotBeKeptSaysWhere(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThat(heddle.runExactly("serve", file.toString())).isEqualTo(1);
    assertThat(heddle.err()).contains(file + ": file exists").hasLineCount(1);
  }

  @Test
  void cellServDbMustBeReadable() {
    assertThat(heddle.run("ls", "--cellservdb", "/no/such/file", "/")).isEqualTo(2);
    assertThat(heddle.err()).contains("cannot read /no/such/file");
  }

  @Test
  void treeIsClosedInTheEnd() {
    heddle.run("ls", "/afs");

    assertThat(heddle.tree.isClosed()).isTrue();
  }

  @Test
  void bytesOfAnArgumentAreQuotedBackAsTheyAre() {
    assertThat(heddle.runExactly("\u00c3\u00a4")).isEqualTo(2); // UTF-8 of a-umlaut
    assertThat(heddle.err()).contains("'ä'");
  }

  @Test
  void mountPointMustBeAnEmptyDirectory(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");

    assertThat(heddle.run("mount", directory.toString())).isEqualTo(1);
    assertThat(heddle.err()).contains("is not empty");
    assertThat(heddle.run("mount", file.toString())).isEqualTo(1);
    assertThat(heddle.err()).contains("is not a directory");
    assertThat(heddle.run("mount", directory.resolve("missing").toString())).isEqualTo(1);
    assertThat(heddle.err()).contains("does not exist; make it: mkdir -p");
    String spaced = directory.resolve("a b").toString();
    assertThat(heddle.run("mount", spaced)).isEqualTo(1);
    assertThat(heddle.err())
        .contains(spaced + " does not exist; make it: mkdir -p '" + spaced + "'");
    assertThat(heddle.surroundings.opened).as("it is looked at first").isZero();
  }

  @Test
  void aRelativePathIsNamedAsItWasGiven() {
    assertThat(heddle.run("mount", "no/such")).isEqualTo(1);
    assertThat(heddle.err())
        .isEqualTo("heddle mount: no/such does not exist; make it: mkdir -p no/such\n");
  }

  @Test
  void onlyAMountOfHeddleIsUnmounted(@TempDir Path directory) {
    assertThat(heddle.runExactly("umount", directory.toString())).isEqualTo(1);
    assertThat(heddle.err()).contains("nothing of heddle is mounted on");
    assertThat(heddle.runExactly("umount", "/proc")).isEqualTo(1);
  }

  @Test
  void outputThatNobodyReadsIsNotComplainedOf() {
    heddle.tree.file("/file", "x".repeat(100_000));
    assertThat(heddle.runWith(new BrokenPipe(), "cat", "/file")).isEqualTo(141);
    assertThat(heddle.err()).isEmpty();
    assertThat(heddle.runWith(new BrokenPipe(), "ls", "/")).isEqualTo(141);
    assertThat(heddle.err()).isEmpty();
  }

  private static final class BrokenPipe extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      throw new IOException("Broken pipe");
    }
  }
}
