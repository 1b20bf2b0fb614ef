package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.NeedsFuse;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a process that mounts ends. */
@NeedsFuse
final class MountEndIT {
  private static final long SECONDS = 30;

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private Path root;
  private Process process;
  private BufferedReader answers;

  @BeforeEach
  void mount() throws Exception {
    root = Files.createDirectory(directory.resolve("mnt"));
    process = start();
    answers = process.inputReader();
    assertThat(answers.readLine()).isEqualTo("mounted");
  }

  private Process start() throws IOException {
    Stream<String> flags =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--enable-native") || flag.startsWith("--sun-misc"));
    Stream<String> command =
        Stream.concat(
            Stream.of(
                "env",
                "--default-signal=INT,TERM,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString()),
            flags);
    Stream<String> program =
        Stream.of(
            "-cp",
            System.getProperty("java.class.path"),
            "heddle.fuse.MemoryMount",
            root.toString(),
            "1000");
    List<String> all = Stream.concat(command, program).toList();
    return new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @AfterEach
  void cleanUp() {
    process.destroyForcibly();
    Shell.run(Path.of("/"), "umount -l '" + root + "' 2>/dev/null; rm -rf '" + directory + "'");
  }

  private int exitCode() throws InterruptedException {
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    return process.exitValue();
  }

  private boolean isMounted() throws IOException {
    return MountTable.read().at(PathBytes.of(root)).isPresent();
  }

  private void signal(String name) {
    assertThat(Shell.run(directory, "kill -" + name + " " + process.pid()).exit()).isZero();
  }

  /** Makes somebody wait in the mount for ever. */
  private Shell.Running blockedReader() throws IOException {
    process.outputWriter().write("block /blocked\n");
    process.outputWriter().flush();
    assertThat(answers.readLine()).isEqualTo("blocking");
    Shell.Running reader = Shell.start(root, "cat blocked");
    assertThat(answers.readLine()).isEqualTo("done");
    return reader;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void signalEndsItCleanly(String name) throws Exception {
    signal(name);

    assertThat(exitCode()).isZero();
    assertThat(isMounted()).isFalse();
  }

  @Test
  void locksAreReleasedWhenNothingIsLeftToBeStored() throws Exception {
    signal("TERM");

    assertThat(answers.readLine()).isEqualTo("steps [store, store, release]");
    assertThat(exitCode()).isZero();
  }

  private void writeInVain() throws IOException {
    assertThat(Shell.run(root, "cat dir/a").out()).isEqualTo("content of a\n");
    process.outputWriter().write("writeInVain /dir/a\n");
    process.outputWriter().flush();
    assertThat(answers.readLine()).isEqualTo("done");
  }

  @Test
  void aSecondSignalGivesUpWhatIsNotStored() throws Exception {
    writeInVain();
    signal("TERM");
    assertThat(answers.readLine()).startsWith("storing what was written, 1 KiB are left");

    signal("INT");

    assertThat(answers.readLine())
        .isEqualTo("1000 bytes written to " + root + "/dir/a are lost: for a test");
    assertThat(exitCode()).isEqualTo(1);
    assertThat(isMounted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fusermount -u", "fusermount -uz", "umount"})
  void unmountEndsItCleanly(String command) throws Exception {
    assertThat(Shell.run(directory, command + " mnt").err()).isEmpty();

    assertThat(exitCode()).isZero();
    assertThat(isMounted()).isFalse();
  }

  @Test
  void blockedReaderDoesNotHoldUpASignal() throws Exception {
    Shell.Running reader = blockedReader();

    signal("TERM");

    assertThat(exitCode()).isZero();
    assertThat(isMounted()).isFalse();
    assertThat(reader.result().err()).contains("cat: blocked: ");
  }

  @Test
  void blockedReaderDoesNotHoldUpALazyUnmount() throws Exception {
    Shell.Running reader = blockedReader();
    assertThat(Shell.run(directory, "fusermount -u mnt").err()).contains("busy");

    Shell.run(directory, "fusermount -uz mnt");

    assertThat(exitCode()).isZero();
    assertThat(reader.result().err()).contains("cat: blocked: ");
  }

  @Test
  void whoStillReadsMayFinishAfterALazyUnmount() throws Exception {
    Path go = directory.resolve("go");
    assertThat(Shell.run(directory, "mkfifo go").exit()).isZero();
    Shell.Running user = Shell.start(root, "cd dir && read x <'" + go + "' && cat a");
    try (var writer = Files.newOutputStream(go)) {
      Shell.run(directory, "fusermount -uz mnt");
      writer.write('\n');
    }

    assertThat(user.result().out()).isEqualTo("content of a\n");
    assertThat(exitCode()).isZero();
  }

  @Test
  void whatAKilledProcessLeavesIsTakenAway() throws Exception {
    process.destroyForcibly();
    exitCode();
    assertThat(isMounted()).as("a dead mount is left").isTrue();

    process = start();

    answers = process.inputReader();
    assertThat(answers.readLine()).isEqualTo("mounted");
    assertThat(Shell.run(root, "cat dir/a").out()).isEqualTo("content of a\n");
    signal("TERM");
    assertThat(exitCode()).isZero();
    assertThat(isMounted()).isFalse();
  }
}
