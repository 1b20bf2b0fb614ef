package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.ReportUtils;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs the races: classes in which two threads meet in a few instructions, hundreds of thousands of
 * times, under <a href="https://github.com/openjdk/jcstress">jcstress</a>. To run one for longer,
 * give {@code -Dheddle.race=NAME} and {@code -Dheddle.race.millis=N}.
 */
@Tag("slow")
@Timeout(value = 10, unit = TimeUnit.MINUTES) // of which it takes one
class RaceTest {
  private static final String WHICH = System.getProperty("heddle.race", "Race");
  private static final String MILLIS = System.getProperty("heddle.race.millis", "500");
  private static final int PATIENCE_MINUTES = 9;
  private static final Path DIRECTORY = Path.of("target", "jcstress").toAbsolutePath();

  @TestFactory
  Stream<DynamicTest> races() throws Exception {
    run();
    Map<String, TestResult> results = results();
    List<String> races = TestList.tests().stream().filter(name -> name.contains(WHICH)).toList();
    assertThat(races).isNotEmpty();
    return races.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name.substring(name.lastIndexOf('.') + 1), () -> check(results.get(name))));
  }

  private static void check(TestResult result) {
    assertThat(result).as("not run").isNotNull();
    assertThat(result.grading().failureMessages).isEmpty();
    assertThat(ReportUtils.statusToPassed(result))
        .as(result.status() + " " + result.getMessages() + " " + result.getVmErr())
        .isTrue();
    assertThat(result.getTotalCount()).isPositive();
  }

  private static void run() throws IOException, InterruptedException {
    Files.createDirectories(DIRECTORY);
    for (Path old : resultFiles()) {
      Files.delete(old);
    }
    Process process =
        new ProcessBuilder(command())
            .directory(DIRECTORY.toFile())
            .redirectErrorStream(true)
            .redirectOutput(DIRECTORY.resolve("log").toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).as(log()).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String log() throws IOException {
    return Files.readString(DIRECTORY.resolve("log"), StandardCharsets.UTF_8);
  }

  private static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        "-c",
        "2", // or it finds out by using all there are for as long as it takes
        "-t",
        WHICH,
        "-f",
        "1",
        "-fsm",
        "1",
        "-iters",
        "2",
        "-time",
        MILLIS,
        "-strideSize",
        "64",
        "-strideCount",
        "10", // more would be made only to see how many fit into the heap
        "-sc",
        "false",
        "-jvmArgs",
        "-ea -Xmx512m");
  }

  private static List<Path> resultFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(DIRECTORY, "jcstress-results-*.bin.gz")) {
      found.forEach(files::add);
    }
    return files;
  }

  private static Map<String, TestResult> results() throws Exception {
    List<Path> files = resultFiles();
    assertThat(files).as(log()).hasSize(1);
    InProcessCollector collector = new InProcessCollector();
    DiskReadCollector reader = new DiskReadCollector(files.get(0).toString(), collector);
    reader.dump();
    reader.close();
    Map<String, TestResult> byName = new TreeMap<>();
    ReportUtils.mergedByName(collector.getTestResults())
        .forEach(result -> byName.put(result.getName(), result));
    return byName;
  }
}
