package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ls, stat and cat. */
final class ReadingCommandsTest {
  private static final byte[] ODD_NAME = {'o', (byte) 0xff, 'd'};

  private final CommandRun heddle = new CommandRun();

  @BeforeEach
  void plant() {
    heddle
        .tree
        .directory("/cell/dir/sub")
        .file("/cell/dir/b", "content of b\n")
        .file("/cell/dir/a", "a\n")
        .file("/cell/dir/.hidden", "")
        .file("/cell/dir/sub/deep", "deep\n")
        .link("/cell/dir/link", "a");
  }

  @Test
  void namesAreListedInOrder() {
    assertThat(heddle.run("ls", "/afs/cell/dir")).isZero();
    assertThat(heddle.out()).isEqualTo("a\nb\nlink\nsub\n");
  }

  @Test
  void namesWithADotAreListedWhenAskedFor() {
    heddle.run("ls", "-a", "/cell/dir");

    assertThat(heddle.out()).startsWith(".hidden\na\n");
  }

  @Test
  void longFormHasEverything() {
    heddle.tree.mode("/cell/dir/b", 0640);

    assertThat(heddle.run("ls", "-l", "/cell/dir")).isZero();

    assertThat(heddle.out().lines().toList())
        .satisfiesExactly(
            a -> assertThat(a).startsWith("-rw-r--r--   1 1001     1002 ").endsWith(" a"),
            b -> assertThat(b).startsWith("-rw-r-----").contains(" 13 2026-03-0").endsWith(" b"),
            link -> assertThat(link).startsWith("l").endsWith(" link -> a"),
            sub -> assertThat(sub).startsWith("drwxr-xr-x").endsWith(" sub"));
  }

  @Test
  void severalDirectoriesHaveHeadings() {
    heddle.run("ls", "/cell/dir/sub", "/cell");

    assertThat(heddle.out()).isEqualTo("/cell/dir/sub:\ndeep\n\n/cell:\ndir\n");
  }

  @Test
  void whatIsBelowIsListedToo() {
    heddle.run("ls", "-R", "/cell");

    assertThat(heddle.out())
        .isEqualTo("/cell:\ndir\n\n/cell/dir:\na\nb\nlink\nsub\n\n/cell/dir/sub:\ndeep\n");
  }

  @Test
  void directoryItselfIsListedWhenAskedFor() {
    heddle.run("ls", "-d", "/cell/dir");

    assertThat(heddle.out()).isEqualTo("/cell/dir\n");
  }

  @Test
  void namesKeepTheirBytes() {
    heddle.tree.file(
        AfsPath.of("/cell/dir/sub").resolve(ODD_NAME), "odd".getBytes(StandardCharsets.US_ASCII));

    heddle.run("ls", "/cell/dir/sub");
    assertThat(heddle.outBytes()).contains(ODD_NAME);
    assertThat(heddle.run("cat", "/cell/dir/sub/" + RawArguments.fromBytes(ODD_NAME))).isZero();
    assertThat(heddle.out()).isEqualTo("odd");
    heddle.run("ls", "--json", "/cell/dir/sub");
    assertThat(heddle.out()).contains("\"nameHex\":\"6fff64\"");
  }

  @Test
  void jsonIsAnArray() {
    assertThat(heddle.run("ls", "--json", "/cell/dir/sub")).isZero();
    assertThat(heddle.out())
        .startsWith("[{\"name\":\"deep\",\"type\":\"file\",\"fid\":\"memory.example:536870912.")
        .contains("\"size\":5,\"mode\":\"0644\",\"links\":1,\"owner\":1001,\"group\":1002")
        .endsWith("}]\n");
  }

  @Test
  void whatFailsDoesNotStopTheRest() {
    assertThat(heddle.run("ls", "/cell/missing", "/cell/dir/sub")).isEqualTo(1);
    assertThat(heddle.out()).isEqualTo("/cell/dir/sub:\ndeep\n");
    assertThat(heddle.err()).isEqualTo("heddle ls: /cell/missing: no such file or directory\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ls", "cat", "stat"})
  void aScriptIsToldWhatFailsAsJson(String command) {
    assertThat(heddle.run(command, "--json", "/cell/missing")).isEqualTo(1);
    assertThat(heddle.err())
        .isEqualTo(
            "{\"command\":\"heddle "
                + command
                + "\",\"path\":\"/cell/missing\",\"error\":\"no such file or directory\"}\n");
  }

  @Test
  void serversThatDoNotAnswerAreNamed() {
    heddle.tree.before(
        "open",
        "/cell/dir/a",
        () -> {
          throw new AfsException.ServersUnreachable("192.0.2.7 did not answer for 30 s");
        });

    assertThat(heddle.run("cat", "/cell/dir/a")).isEqualTo(1);
    assertThat(heddle.err())
        .isEqualTo("heddle cat: /cell/dir/a: 192.0.2.7 did not answer for 30 s\n");
  }

  @Test
  void whatServersAndNamesBringReachesNoTerminal() {
    heddle.tree.before(
        "open",
        "/cell/dir/a",
        () -> {
          throw new AfsException.NoSuchCell("cell \033[31m is not known");
        });

    assertThat(heddle.run("cat", "/cell/dir/a")).isEqualTo(1);
    assertThat(heddle.err()).isEqualTo("heddle cat: /cell/dir/a: cell \\x1b[31m is not known\n");
    heddle.run("cat", "--json", "/cell/dir/a");
    assertThat(heddle.err()).contains("\"error\":\"cell \\u001b[31m is not known\"");
  }

  @Test
  void aPathOfThisMachineIsNotTakenForACell() {
    heddle.tree.before(
        "open",
        "/proc/version",
        () -> {
          throw new AfsException.NoSuchCell("cell proc is not known; name its servers");
        });

    assertThat(heddle.run("cat", "/proc/version")).isEqualTo(1);
    assertThat(heddle.err())
        .isEqualTo(
            "heddle cat: /proc/version: no such file or directory in AFS, where a path begins with"
                + " /afs/CELL\n");
  }

  @Test
  void statTellsWhatAfsKnows() {
    assertThat(heddle.run("stat", "/cell/dir/b")).isZero();
    assertThat(heddle.out())
        .contains("name: /cell/dir/b\n", "type: file\n", "size: 13\n", "rights: rlidwka\n")
        .contains("volume: name=memory id=536870912 quotaKiB=5000 usedKiB=1200 readOnly=false\n");
  }

  @Test
  void statOfALinkTellsWhereItLeads() {
    heddle.run("stat", "--json", "/cell/dir/link");

    assertThat(heddle.out()).contains("\"type\":\"symbolic link\"", "\"target\":\"a\"");
  }

  @Test
  void filesAreWrittenOneAfterTheOther() {
    assertThat(heddle.run("cat", "/cell/dir/a", "/cell/dir/b", "/cell/dir/.hidden")).isZero();
    assertThat(heddle.out()).isEqualTo("a\ncontent of b\n");
    assertThat(heddle.tree.openNow()).isZero();
  }

  @Test
  void largeFilesAreWrittenWhole() {
    for (int length : new int[] {(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 9_999_999}) {
      byte[] content = new byte[length];
      new Random(length).nextBytes(content);
      heddle.tree.file(AfsPath.of("/cell/large"), content);

      assertThat(heddle.run("cat", "/cell/large")).isZero();
      assertThat(heddle.outBytes()).isEqualTo(content);
    }
  }

  @Test
  void directoryIsNoFile() {
    assertThat(heddle.run("cat", "/cell/dir")).isEqualTo(1);
    assertThat(heddle.err()).isEqualTo("heddle cat: /cell/dir: is a directory\n");
  }
}
