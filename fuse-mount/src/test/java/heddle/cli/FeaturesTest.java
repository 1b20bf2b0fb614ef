package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of features names tests, and each of them is there. */
final class FeaturesTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern NAME = Pattern.compile("\\b([A-Z]\\w*(?:Test|IT))(?:#(\\w+))?");

  private static Map<String, Path> tests() throws IOException {
    try (Stream<Path> modules = Files.list(PROJECT)) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .flatMap(FeaturesTest::sources)
          .collect(
              Collectors.toMap(
                  path -> path.getFileName().toString(), path -> path, (one, other) -> one));
    }
  }

  private static Stream<Path> sources(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> path.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyTestThatTheTableNamesIsThere() throws IOException {
    String table = Files.readString(PROJECT.resolve("docs/features.md"));
    Map<String, Path> tests = tests();
    for (MatchResult each : NAME.matcher(table).results().toList()) {
      Path source = tests.get(each.group(1) + ".java");
      assertThat(source).as(each.group()).isNotNull();
      if (each.group(2) != null) {
        assertThat(Files.readString(source)).as(each.group()).contains(" " + each.group(2) + "(");
      }
    }
  }

  @Test
  void everyFeatureIsShownByATestOrIsALimit() throws IOException {
    assertThat(Files.readAllLines(PROJECT.resolve("docs/features.md")).stream().skip(6))
        .filteredOn(line -> line.startsWith("| ") && !line.startsWith("| Feature "))
        .hasSizeGreaterThan(40)
        .allMatch(line -> NAME.matcher(line).find() || line.contains("*limits*"));
  }
}
