package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that an embedded cell is spared are listed, with the reasons. */
final class OpenAfsOnlyTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern MARK =
      Pattern.compile(
          "@OpenAfsOnly\\(\\s*\"([^\"]+)\"\\).*?\\s(class|void) (\\w+)", Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(\\w+IT(?:#\\w+)?)` \\| ([^|]+) \\|$");

  private static List<String> marked() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : List.of("rxrpc", "afs-client", "fuse-mount")) {
      try (Stream<Path> sources = Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
        for (Path source : sources.filter(path -> path.toString().endsWith("IT.java")).toList()) {
          found.addAll(marked(source));
        }
      }
    }
    return found;
  }

  private static List<String> marked(Path source) throws IOException {
    String name = source.getFileName().toString().replace(".java", "");
    List<String> found = new ArrayList<>();
    Matcher mark = MARK.matcher(Files.readString(source));
    while (mark.find()) {
      String test = mark.group(2).equals("class") ? "" : "#" + mark.group(3);
      found.add(name + test + ": " + mark.group(1));
    }
    return found;
  }

  @Test
  void eachIsInTheListWithItsReason() throws IOException {
    List<String> listed =
        ROW.matcher(Files.readString(PROJECT.resolve("docs/testing.md")))
            .results()
            .map(row -> row.group(1) + ": " + row.group(2))
            .toList();
    assertThat(listed).isNotEmpty().containsExactlyInAnyOrderElementsOf(marked());
  }
}
