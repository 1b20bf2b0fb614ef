package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.fuse.MemoryTree;
import heddle.fuse.PathBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CpCommandTest {
  @TempDir private Path local;

  private final CommandRun heddle = new CommandRun();

  @BeforeEach
  void plant() {
    heddle
        .tree
        .directory("/cell/dir/sub")
        .file("/cell/dir/a", "content of a")
        .file("/cell/dir/sub/b", "content of b")
        .link("/cell/dir/link", "../dir/a");
  }

  private int copy(String... arguments) {
    return heddle.run("cp", arguments);
  }

  private List<String> names(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void fileIsCopiedToANewName() throws IOException {
    assertThat(copy("/afs/cell/dir/a", local + "/copy")).isZero();

    assertThat(local.resolve("copy")).hasContent("content of a");
    assertThat(names(local)).containsExactly("copy");
    assertThat(heddle.err()).isEmpty();
  }

  @Test
  void fileIsCopiedIntoADirectory() {
    assertThat(copy("/cell/dir/a", "/cell/dir/sub/b", local.toString())).isZero();

    assertThat(local.resolve("a")).hasContent("content of a");
    assertThat(local.resolve("b")).hasContent("content of b");
  }

  @Test
  void severalFilesNeedADirectory() {
    assertThat(copy("/cell/dir/a", "/cell/dir/sub/b", local + "/copy")).isEqualTo(2);
    assertThat(heddle.err()).contains("is not a directory");
  }

  @Test
  void whatWasThereIsReplaced() throws IOException {
    Files.writeString(local.resolve("a"), "something older and longer than the new");

    assertThat(copy("/cell/dir/a", local.toString())).isZero();
    assertThat(local.resolve("a")).hasContent("content of a");
  }

  @Test
  void permissionsAreKept() throws IOException {
    heddle.tree.mode("/cell/dir/a", 0500);

    copy("/cell/dir/a", local.toString());

    assertThat(Files.getPosixFilePermissions(local.resolve("a")))
        .isEqualTo(PosixFilePermissions.fromString("r-x------"));
  }

  @Test
  void timesAreKeptWhenAskedFor() throws IOException {
    copy("-p", "/cell/dir/a", local.toString());

    assertThat(Files.getLastModifiedTime(local.resolve("a")).toInstant())
        .isEqualTo(MemoryTree.MODIFIED);
  }

  @Test
  void thereIsNeverHalfAFile() throws IOException {
    byte[] content = new byte[5 << 20];
    new Random(1).nextBytes(content);
    heddle.tree.file(AfsPath.of("/cell/large"), content);
    heddle.tree.before(
        "read",
        "/cell/large",
        () -> {
          throw new AfsException.ServersUnreachable("for a test");
        });
    Files.writeString(local.resolve("large"), "old");

    assertThat(copy("/cell/large", local.toString())).isEqualTo(1);

    assertThat(local.resolve("large")).hasContent("old");
    assertThat(names(local)).containsExactly("large");
    assertThat(heddle.err()).isEqualTo("heddle cp: /cell/large: for a test\n");
  }

  @Test
  void whatIsSaidToBeADirectoryIsNotMadeAFile() {
    String missing = local + "/missing/";
    assertThat(copy("/cell/dir/a", missing)).isEqualTo(2);
    assertThat(heddle.err()).contains(missing + " is not a directory");
    assertThat(local.resolve("missing")).doesNotExist();
  }

  @Test
  void directoriesAreCopiedWhenAskedFor() throws IOException {
    assertThat(copy("/cell/dir", local.toString())).isEqualTo(1);
    assertThat(heddle.err())
        .isEqualTo("heddle cp: /cell/dir: is a directory; -r copies it, with what is below\n");

    assertThat(copy("-r", "/cell/dir", local.toString())).isZero();

    assertThat(local.resolve("dir/a")).hasContent("content of a");
    assertThat(local.resolve("dir/sub/b")).hasContent("content of b");
    assertThat(Files.readSymbolicLink(local.resolve("dir/link"))).hasToString("../dir/a");
    assertThat(names(local.resolve("dir"))).containsExactly("a", "link", "sub");
  }

  @Test
  void linkIsFollowedOutsideOfDirectories() {
    heddle.tree.file("/cell/dir/link", "as the client follows it");

    assertThat(copy("/cell/dir/link", local.toString())).isZero();
    assertThat(local.resolve("link")).isRegularFile();
  }

  @Test
  void whatFailsBelowIsToldOfAndLeftOut() {
    heddle.tree.before(
        "open",
        "/cell/dir/a",
        () -> {
          throw new AfsException.PermissionDenied("for a test");
        });

    assertThat(copy("-r", "/cell/dir", local.toString())).isEqualTo(1);

    assertThat(heddle.err()).isEqualTo("heddle cp: /cell/dir/a: permission denied\n");
    assertThat(local.resolve("dir/sub/b")).hasContent("content of b");
  }

  @Test
  void directoryThatIsMountedWithinItselfIsCopiedOnce() {
    heddle.tree.again("/cell/dir/sub/loop", "/cell/dir");

    assertThat(copy("-r", "/cell/dir", local.toString())).isEqualTo(1);

    assertThat(heddle.err()).isEqualTo("heddle cp: /cell/dir/sub/loop: too many links\n");
    assertThat(local.resolve("dir/sub/b")).hasContent("content of b");
    assertThat(local.resolve("dir/sub/loop")).doesNotExist();
  }

  @Test
  void namesKeepTheirBytes() throws IOException {
    byte[] name = {'o', (byte) 0xff, '\n', 'd'};
    heddle.tree.file(
        AfsPath.of("/cell/dir/sub").resolve(name), "odd".getBytes(StandardCharsets.US_ASCII));

    assertThat(copy("-r", "/cell/dir/sub", local.toString())).isZero();

    byte[] expected = Copier.join(PathBytes.of(local.resolve("sub")), name);
    assertThat(Files.readString(PathBytes.toPath(expected))).isEqualTo("odd");
  }

  @Test
  void nameThatLeadsOutOfTheTargetIsRefused() throws IOException {
    byte[] evil = "../../evil".getBytes(StandardCharsets.US_ASCII);
    heddle.tree.entry("/cell/dir/sub", evil, "evil");

    assertThat(copy("-r", "/cell/dir/sub", local + "/inner")).isEqualTo(1);

    assertThat(heddle.err()).contains("a name that no file can have");
    assertThat(names(local)).containsExactly("inner");
  }

  @Test
  void missingTargetDirectoryIsTold() {
    assertThat(copy("/cell/dir/a", local + "/no/such/place")).isEqualTo(1);
    assertThat(heddle.err()).contains("no such file or directory");
  }
}
