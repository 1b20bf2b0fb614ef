package heddle.afs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the documentation compiles, is short, and prints what it says it does. */
class NioExampleTest {
  private static final int MOST_LINES = 39;
  private static final String PROMISE = "// prints: ";

  @Test
  void exampleIsShortAndRuns(@TempDir Path directory) throws Exception {
    String text = Files.readString(Path.of("../docs/nio.md"));
    int begin = text.indexOf("```java\n") + "```java\n".length();
    String source = text.substring(begin, text.indexOf("```", begin));
    List<String> lines = Arrays.asList(source.split("\n"));
    assertThat(lines).hasSizeLessThanOrEqualTo(MOST_LINES);
    Path file = Files.writeString(directory.resolve("AfsFiles.java"), source);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                directory.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                file.toString());
    assertThat(status).isZero();
    List<String> promised =
        lines.stream()
            .filter(line -> line.contains(PROMISE))
            .map(line -> line.substring(line.indexOf(PROMISE) + PROMISE.length()))
            .toList();
    assertThat(promised).isNotEmpty();
    assertThat(run(directory)).containsSubsequence(promised);
  }

  /** Returns the lines that the example prints. */
  private List<String> run(Path classes) throws Exception {
    URL[] urls = {classes.toUri().toURL()};
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader
          .loadClass("AfsFiles")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
