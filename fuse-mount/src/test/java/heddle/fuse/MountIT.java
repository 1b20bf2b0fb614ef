package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.rxrpc.testkit.NeedsFuse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mount as programs see it. */
@NeedsFuse
final class MountIT {
  @TempDir(cleanup = CleanupMode.NEVER) // it would follow what is mounted
  private Path directory;

  private final MemoryTree tree = MemoryMount.sample();
  private Path root;
  private MountedTree mounted;

  @BeforeEach
  void mount() throws Exception {
    root = Files.createDirectory(directory.resolve("mount point"));
    mounted = MountedTree.mount(tree, root, Duration.ofHours(1));
  }

  @AfterEach
  void unmount() throws Exception {
    mounted.close();
    Files.delete(root);
    Shell.run(Path.of("/"), "rm -rf '" + directory + "'");
  }

  private Shell.Result shell(String script) {
    return Shell.run(root, script);
  }

  private String out(String script) {
    Shell.Result result = shell(script);
    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
    return result.out();
  }

  @Test
  void directoriesAreListed() {
    assertThat(out("ls -a")).isEqualTo(".\n..\nblocked\ndangling\ndir\nempty\n");
    assertThat(out("ls empty")).isEmpty();
    assertThat(out("TZ=UTC ls -l --time-style=full-iso dir | tail -n 2"))
        .isEqualTo(
            """
            -rw-r--r-- 1 1001 1002 13 2026-03-04 05:06:07.000000008 +0000 a
            lrw-r--r-- 1 1001 1002  1 2026-03-04 05:06:07.000000008 +0000 link -> a
            """);
    assertThat(out("find . | sort"))
        .isEqualTo(".\n./blocked\n./dangling\n./dir\n./dir/a\n./dir/link\n./empty\n");
  }

  @Test
  void filesAreReadAndCopied() {
    byte[] content = new byte[3_333_333];
    new Random(7).nextBytes(content);
    tree.file(AfsPath.of("/large"), content).file("/zero", "");

    assertThat(out("cat large")).isEqualTo(new String(content, StandardCharsets.ISO_8859_1));
    assertThat(out("cat zero")).isEmpty();
    assertThat(out("cat dir/link")).isEqualTo("content of a\n");
    out("cp large ../copy && cmp large ../copy");
    assertThat(out("tail -c 4 dir/a")).isEqualTo("f a\n");
  }

  /** {@code ls} asks for two attributes of each file, unless it is told that there are none. */
  @Test
  void aLongListingAsksForEachFileOnce() {
    int files = 300;
    tree.directory("/many");
    for (int i = 0; i < files; i++) {
      tree.file("/many/" + i, "");
    }
    long before = mounted.requests();
    assertThat(out("ls -l many").lines()).hasSize(files + 1);
    assertThat(mounted.requests() - before).isBetween((long) files, files + 50L);
  }

  @Test
  void linksAreReadAsTheyAre() {
    assertThat(out("readlink dir/link dangling")).isEqualTo("a\n/nowhere\n");
    assertThat(shell("cat dangling").err()).contains("No such file or directory");
  }

  @Test
  void fileSystemIsTheVolume() {
    assertThat(out("df -k --output=source,size,used,avail . | tail -n 1").split(" +"))
        .containsExactly("heddle#memory.example", "5000", "1200", "3800\n");
    assertThat(out("stat -f -c %l .")).isEqualTo("255\n");
  }

  @Test
  void anyNameIsGoodEnough() {
    byte[][] names = {
      "with space".getBytes(StandardCharsets.UTF_8),
      "ünïcode-日本".getBytes(StandardCharsets.UTF_8),
      {'n', 'o', (byte) 0xff, (byte) 0xfe, 'u'},
      {'n', 'o', (byte) 0xff, (byte) 0xff, 'u'},
      "new\nline\\".getBytes(StandardCharsets.UTF_8),
      "n".repeat(255).getBytes(StandardCharsets.UTF_8),
      "n".repeat(256).getBytes(StandardCharsets.UTF_8)
    };
    tree.directory("/names");
    for (byte[] name : names) {
      tree.file(AfsPath.of("/names").resolve(name), name);
    }

    // each file's content is its name
    assertThat(out("cd names && for n in *; do printf %s \"$n\" | cmp - \"$n\" && echo same; done"))
        .isEqualTo("same\n".repeat(names.length));
    assertThat(shell("ls names/" + "n".repeat(257)).err()).contains("too long");
  }

  @Test
  void tenThousandEntriesAreEachListedOnce() {
    tree.directory("/big");
    for (int i = 0; i < 10_000; i++) {
      tree.file("/big/f" + i, "");
    }
    int before = tree.directoriesOpened();

    assertThat(out("ls -f big | sort -u | wc -l")).isEqualTo("10002\n");
    assertThat(tree.directoriesOpened() - before).isEqualTo(1);
    assertThat(out("ls -l big | wc -l")).isEqualTo("10001\n");
  }

  @Test
  void nothingCanBeChanged() {
    for (String change :
        new String[] {
          "touch dir/a",
          "mkdir x",
          "rm dir/a",
          "mv dir/a b",
          "chmod 1 dir/a",
          "ln -s a b",
          "rmdir empty"
        }) {
      assertThat(shell(change).err()).as(change).contains("Read-only file system");
    }
    assertThat(out("cat dir/a")).isEqualTo("content of a\n");
  }

  @Test
  void accessIsWhatTheRightsAllow() {
    tree.rights("/dir/a", 0);

    assertThat(shell("cat dir/a").err()).contains("Permission denied");
    assertThat(shell("test -r dir/a").exit()).isEqualTo(1);
    assertThat(shell("test -r blocked").exit()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "",
        "same length.\n",
        "longer than the content before, by more than one page"
      })
  void changeOfAnotherClientIsSeenAtTheNextOpen(String change) {
    String content = change.length() > 20 ? change.repeat(200) : change;
    assertThat(out("cat dir/a; stat -c %s dir/a")).isEqualTo("content of a\n13\n");
    tree.change("/dir/a", content);

    // the length before the content, of the open file
    assertThat(out("exec 3<dir/a; stat -L -c %s /proc/self/fd/3; cat <&3"))
        .isEqualTo(content.length() + "\n" + content);
    assertThat(out("wc -c <dir/a; cat dir/a")).isEqualTo(content.length() + "\n" + content);
  }

  @Test
  void changeIsSeenByWhoMapsTheFile() throws Exception {
    out("cat dir/a");
    tree.change("/dir/a", "a content of another length");

    assertThat(mapped()).isEqualTo("a content of another length");
    tree.change("/dir/a", "A CONTENT OF ANOTHER LENGTH");
    assertThat(mapped()).isEqualTo("A CONTENT OF ANOTHER LENGTH");
  }

  /** In a process of its own: a page fault that waits for this JVM must not be in it. */
  private String mapped() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return out(
        "'%s' -cp '%s' heddle.fuse.MappedFile dir/a"
            .formatted(java, System.getProperty("java.class.path")));
  }

  @Test
  void anotherFileOfTheSameNameIsSeenAtTheNextOpen() {
    out("cat dir/a");
    tree.remove("/dir/a");
    tree.file("/dir/a", "not the file that it was");

    assertThat(out("cat dir/a")).isEqualTo("not the file that it was");
  }

  @Test
  void removedFileIsMissedAtTheNextOpen() {
    out("cat dir/a");
    tree.remove("/dir/a");

    assertThat(shell("cat dir/a").err()).contains("No such file or directory");
  }

  @Test
  void openThatDoesNotGoByNameSeesTheChange() throws Exception {
    Path go = directory.resolve("go");
    Shell.Running reader =
        Shell.start(
            root, "exec 3<dir/a 4<'%s'; read x <&4; cat /proc/self/fd/3".formatted(fifo("go")));
    try (var writer = Files.newOutputStream(go)) { // waits for the reader
      tree.change("/dir/a", "longer than the content was before");
      writer.write('\n');
    }

    assertThat(reader.result().out()).isEqualTo("longer than the content was before");
  }

  private Path fifo(String name) {
    Path fifo = directory.resolve(name);
    assertThat(Shell.run(directory, "mkfifo " + name).exit()).isZero();
    return fifo;
  }

  @Test
  void whoHasTheFileOpenReadsOn() throws Exception {
    Shell.Running reader =
        Shell.start(
            root, "exec 3<dir/a 4<'%s'; head -c 3 <&3; read x <&4; cat <&3".formatted(fifo("go")));
    try (var writer = Files.newOutputStream(directory.resolve("go"))) {
      tree.remove("/dir/a");
      writer.write('\n');
    }

    assertThat(reader.result().out()).startsWith("con").endsWith("a\n");
  }

  @Test
  void blockedReadersDoNotBlockOthers() throws Exception {
    int count = 100;
    var reached = new CountDownLatch(count);
    var letOn = new CountDownLatch(1);
    List<Shell.Running> readers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tree.file("/blocked" + i, "late");
      tree.before("read", "/blocked" + i, tree.waiting(reached, letOn));
      readers.add(Shell.start(root, "cat blocked" + i));
    }
    reached.await();

    assertThat(out("ls dir && cat dir/a && df . | wc -l")).isEqualTo("a\nlink\ncontent of a\n2\n");

    letOn.countDown();
    for (Shell.Running reader : readers) {
      assertThat(reader.result()).isEqualTo(new Shell.Result(0, "late", ""));
    }
  }

  @Test
  void blockedLookUpDoesNotBlockItsDirectory() throws Exception {
    var reached = new CountDownLatch(1);
    var letOn = new CountDownLatch(1);
    tree.before("stat", "/dead.example", tree.waiting(reached, letOn));
    Shell.Running looker = Shell.start(root, "ls dead.example");
    reached.await();

    assertThat(out("ls && ls dir && cat dir/a"))
        .isEqualTo("blocked\ndangling\ndir\nempty\na\nlink\ncontent of a\n");

    letOn.countDown();
    assertThat(looker.result().err()).contains("No such file or directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "KILL"})
  void signalEndsWhatItsReceiverWaitsFor(String signal) throws Exception {
    var reached = new CountDownLatch(1);
    tree.before("stat", "/dead.example", tree.waiting(reached, new CountDownLatch(1)));
    Shell.Running looker = Shell.start(root, "exec ls dead.example");
    reached.await();

    out("kill -" + signal + " " + looker.process().pid());

    assertThat(looker.result().exit()).isGreaterThan(128);
  }

  @Test
  void signalThatEndsNobodyEndsNoWait() throws Exception {
    var reached = new CountDownLatch(1);
    var letOn = new CountDownLatch(1);
    tree.before("openDirectory", "/empty", tree.waiting(reached, letOn));
    Shell.Running looker =
        Shell.start(root, "trap 'true' USR1 && cd empty && set -- * && echo $1"); // opened by sh
    reached.await();

    out("kill -USR1 " + looker.process().pid());
    letOn.countDown();

    assertThat(looker.result()).isEqualTo(new Shell.Result(0, "*\n", ""));
  }

  @Test
  void failureOfOneOperationIsNoFailureOfTheMount() {
    tree.before(
        "read",
        "/dir/a",
        () -> {
          throw new IllegalStateException("for a test");
        });
    tree.before(
        "openDirectory",
        "/empty",
        () -> {
          throw new AfsException.ServersUnreachable("192.0.2.1 did not answer, for a test");
        });

    assertThat(shell("cat dir/a").err()).contains("Input/output error");
    assertThat(shell("ls empty").err()).contains("Connection timed out");
    assertThat(out("cat blocked")).isEqualTo("nobody reads this");
  }

  @Test
  void unmountFromOutsideEndsEverything() throws Exception {
    assertThat(Shell.run(Path.of("/"), "fusermount -u '" + root + "'").exit()).isZero();

    mounted.awaitEnd();
    assertThat(tree.isClosed()).isTrue();
    assertThat(mounted.notices()).isEmpty();
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void stopUnmounts() throws Exception {
    out("cat dir/a");
    mounted.stop();

    mounted.awaitEnd();
    assertThat(tree.isClosed()).isTrue();
    assertThat(shell("ls -A").out()).isEmpty();
  }

  @Test
  void stopNamesWhoIsInTheWay() throws Exception {
    Path go = fifo("go");
    Shell.Running user = Shell.start(root, "cd dir && read x <'" + go + "'");
    try (var writer = Files.newOutputStream(go)) {
      mounted.stop();
      mounted.awaitEnd();

      assertThat(mounted.notices()).singleElement().asString().contains("was in use by sh (");
      assertThat(out("true")).isEmpty();
      writer.write('\n');
    }
    assertThat(user.result().exit()).isZero();
  }

  @Test
  void mountPointInUseIsRefused() {
    assertThat(
            catchThrowable(() -> MountedTree.mount(new MemoryTree(), root, Duration.ofSeconds(1))))
        .isInstanceOf(MountException.class)
        .hasMessageContaining("already")
        .hasMessageContaining("heddle umount '");
    assertThat(out("cat dir/a")).isEqualTo("content of a\n");
  }
}
