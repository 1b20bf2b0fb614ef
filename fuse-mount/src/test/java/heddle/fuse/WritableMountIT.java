package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.NeedsFuse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A mount that can be written to, as programs see it. */
@NeedsFuse
final class WritableMountIT {
  private static final String UNPRIVILEGED =
      "setpriv --bounding-set=-fsetid --inh-caps=-fsetid sh -c ";

  @TempDir(cleanup = CleanupMode.NEVER) // it would follow what is mounted
  private Path directory;

  private Path root;
  private MountedTree mounted;

  @BeforeEach
  void mount() throws Exception {
    root = Files.createDirectory(directory.resolve("mount point"));
    mounted =
        MountedTree.mount(
            MemoryMount.sample(), root, Duration.ofHours(1), MountOptions.Access.READ_WRITE);
  }

  @AfterEach
  void unmount() throws Exception {
    mounted.close();
    Files.delete(root);
    Shell.run(Path.of("/"), "rm -rf '" + directory + "'");
  }

  private String out(String script) {
    Shell.Result result = Shell.run(root, script);
    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
    return result.out();
  }

  @Test
  void whatIsWrittenByOneNameIsReadByTheOther() {
    String before = "content of a\n";
    assertThat(out("cd dir; ln a b; cat b; cat b; cat b")).isEqualTo(before.repeat(3));
    assertThat(out("cd dir; echo longer than it was before >a; cat b; cat b"))
        .isEqualTo("longer than it was before\n".repeat(2));
    assertThat(out("cd dir; echo x >>b; cat a")).isEqualTo("longer than it was before\nx\n");
    assertThat(out("cd dir; truncate -s 6 a; cat b")).isEqualTo("longer");
    assertThat(out("cd dir; echo new >b; cat a b")).isEqualTo("new\nnew\n");
  }

  @Test
  void handlesOfTwoNamesSeeEachOthersWritesAtOnce() throws Exception {
    out("cd dir; ln a b");
    try (FileChannel a = open("dir/a");
        FileChannel b = open("dir/b")) {
      for (int i = 0; i < 3; i++) {
        assertThat(text(a)).isEqualTo(text(b));
        a.write(ByteBuffer.wrap(new byte[] {'a'}), 2L * i);
        assertThat(text(b)).isEqualTo(text(a)).contains("a");
        b.write(ByteBuffer.wrap(new byte[] {'b'}), 2L * i + 1);
        assertThat(text(a)).isEqualTo(text(b)).startsWith("ab".repeat(i + 1));
      }
    }
  }

  /** The kernel leaves that to the mount: see Greeting. */
  @Test
  void whoChangesAFileTakesFromItWhatLendsItsOwnersRights() {
    assertThat(out("cd dir; chmod 6755 a; " + UNPRIVILEGED + "'echo x >>a'; stat -c %a a"))
        .isEqualTo("755\n");
    assertThat(out("cd dir; chmod 6745 a; " + UNPRIVILEGED + "': >a'; stat -c %a a"))
        .as("without the group's right to run it the bit says nothing of rights")
        .isEqualTo("2745\n");
    assertThat(out("cd dir; chmod 4755 a; " + UNPRIVILEGED + "'truncate -s 5 a'; stat -c %a a"))
        .isEqualTo("755\n");
    assertThat(out("cd dir; chmod 4755 a; chown 1:1 a; stat -c '%a %u' a")).isEqualTo("755 1\n");
    assertThat(out("cd dir; chmod 4755 a; echo x >>a; stat -c %a a"))
        .as("whom the kernel lets keep it")
        .isEqualTo("4755\n");
  }

  @Test
  void aWriteIsOneRequest() {
    long before = mounted.requests();
    out("dd if=/dev/zero of=dir/new bs=4096 count=500 status=none");
    out(UNPRIVILEGED + "'dd if=/dev/zero of=dir/other bs=4096 count=500 status=none'");
    assertThat(mounted.requests() - before).isBetween(1000L, 1100L);
  }

  private FileChannel open(String path) throws IOException {
    return FileChannel.open(root.resolve(path), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static String text(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }
}
