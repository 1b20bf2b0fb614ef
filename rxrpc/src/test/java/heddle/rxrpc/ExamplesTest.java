package heddle.rxrpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the documentation compile, are short, and print what they say they do. */
class ExamplesTest {
  private static final int MOST_LINES = 39;
  private static final String PROMISE = "// prints: ";

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../docs/examples"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void exampleIsShortAndRuns(Path example, @TempDir Path classes) throws Exception {
    List<String> source = Files.readAllLines(example);
    assertThat(source).hasSizeLessThanOrEqualTo(MOST_LINES);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath = System.getProperty("java.class.path");
    int status =
        compiler.run(
            null, null, null, "-d", classes.toString(), "-cp", classPath, example.toString());
    assertThat(status).isZero();
    String name = example.getFileName().toString().replace(".java", "");
    List<String> promised =
        source.stream()
            .filter(line -> line.contains(PROMISE))
            .map(line -> line.substring(line.indexOf(PROMISE) + PROMISE.length()))
            .toList();
    assertThat(promised).isNotEmpty();
    assertThat(run(name, classes)).containsSubsequence(promised);
  }

  /** Returns the lines that the example prints. */
  private List<String> run(String name, Path classes) throws Exception {
    URL[] urls = {classes.toUri().toURL()};
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
