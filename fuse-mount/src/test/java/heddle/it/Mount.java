package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A mount made by {@code bin/heddle mount -v}. Its messages stay in {@code target/heddle-it}, for
 * whoever has to find out why a test failed.
 */
final class Mount implements AutoCloseable {
  private static final Path LOGS = Path.of("target", "heddle-it").toAbsolutePath();
  private static final long SECONDS = 60;

  /** Set by bin/test, which looks into all recordings and logs at its end. */
  private static final boolean RECORDED = System.getenv("HEDDLE_TEST_SECRETS") != null;

  private static final String JVM = "HEDDLE_JAVA_OPTS=";

  private final Path point;
  private final Process process;
  private final LogFile log;

  private Mount(Path point, Process process, LogFile log) {
    this.point = point;
    this.process = process;
    this.log = log;
  }

  /** Mounts the test cell; returns when the mount can be used. */
  static Mount start(String... options) {
    return startWith(List.of(), options);
  }

  /** The same with further variables of the environment, as {@code NAME=VALUE}. */
  static Mount startWith(List<String> environment, String... options) {
    List<String> words = new ArrayList<>();
    // whoever started the tests may have done so with SIGINT ignored, as shells do to what they
    // start in the background
    words.addAll(List.of("env", "--default-signal=INT,TERM,HUP"));
    words.addAll(environment);
    words.addAll(HeddleCommand.words("mount", List.of("-v")));
    words.addAll(List.of(options));
    try {
      Path point = Files.createTempDirectory("heddle-it");
      if (List.of(options).stream().noneMatch(option -> option.startsWith("--cache"))) {
        words.addAll(List.of("--cache-dir", cache(point).toString()));
      }
      if (List.of(options).stream().noneMatch(option -> option.startsWith("--keep"))) {
        words.addAll(List.of("--keep-dir", cache(point).toString()));
      }
      words.add(point.toString());
      Files.createDirectories(LOGS);
      if (RECORDED && environment.stream().noneMatch(word -> word.startsWith(JVM))) {
        words.add(2, recording(LOGS.resolve(point.getFileName() + ".jfr")));
      }
      LogFile log = new LogFile(LOGS.resolve(point.getFileName() + ".log"));
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(log.path().toFile())
              .start();
      var mount = new Mount(point, process, log);
      log.await(process, "^heddle: mounted ");
      return mount;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns where a mount keeps data that is not told otherwise: no two share them. */
  private static Path cache(Path point) {
    return LOGS.resolveSibling("caches").resolve(point.getFileName());
  }

  /** Returns the variable that has a mount log everything and record itself. */
  private static String recording(Path file) {
    return JVM
        + "-Dheddle.rxrpc.trace=jfr -Dorg.slf4j.simpleLogger.defaultLogLevel=trace"
        + " -Dorg.slf4j.simpleLogger.log.heddle=trace"
        + " -Xlog:jfr+startup=error -XX:StartFlightRecording:dumponexit=true,maxsize=20m,"
        + "jdk.JavaExceptionThrow#enabled=true,filename="
        + file;
  }

  Path point() {
    return point;
  }

  Process process() {
    return process;
  }

  LogFile log() {
    return log;
  }

  /** Waits until there is a line with {@code pattern} in the log. */
  void awaitLog(String pattern) {
    log.await(process, pattern);
  }

  /** Returns the lines since {@code mark} that are about calls to servers. */
  List<String> callsSince(int mark) {
    return log.since(mark).stream().filter(Mount::isCall).toList();
  }

  /** Returns whether a line of the log tells of a call to a server. */
  static boolean isCall(String line) {
    return line.contains(".RxNetwork - ");
  }

  /** Runs {@code script} in {@code directory} of the mount, whatever comes of it. */
  Shell.Result shell(String directory, String script) {
    return Shell.run(point.resolve(directory), script);
  }

  /** Returns what {@code script} prints; it must succeed without complaint. */
  String out(String directory, String script) {
    Shell.Result result = shell(directory, script);
    assertThat(result.err()).as(script).isEmpty();
    assertThat(result.exit()).as(script).isZero();
    return result.out();
  }

  boolean isMounted() {
    return isMounted(point);
  }

  static boolean isMounted(Path point) {
    try {
      return Files.readString(Path.of("/proc/self/mounts")).contains(" " + point + " ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it with SIGKILL, and takes the dead mount away. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    Shell.run(Path.of("/"), "umount -l '" + point + "'; rmdir '" + point + "'");
    assertThat(isMounted()).isFalse();
  }

  /** Unmounts by SIGTERM, which must work. Leaves nothing behind in any case. */
  @Override
  public void close() {
    process.destroy();
    boolean ended = false;
    try {
      ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean left = isMounted();
    process.destroyForcibly();
    if (left) {
      Shell.run(Path.of("/"), "umount -l '" + point + "'");
    }
    Shell.run(Path.of("/"), "rmdir '" + point + "'; rm -rf '" + cache(point) + "'");
    assertThat(ended).as("it ends; %s", log.path()).isTrue();
    assertThat(process.exitValue()).as("exit status; %s", log.path()).isZero();
    assertThat(left).as("a stale mount is left").isFalse();
  }
}
