package heddle.rxrpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the documentation compile, are short, and run to their end. */
class ExamplesTest {
  private static final int MOST_LINES = 39;

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../docs/examples"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void exampleIsShortAndRuns(Path example, @TempDir Path classes) throws Exception {
    assertThat(Files.readAllLines(example)).hasSizeLessThanOrEqualTo(MOST_LINES);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath = System.getProperty("java.class.path");
    int status =
        compiler.run(
            null, null, null, "-d", classes.toString(), "-cp", classPath, example.toString());
    assertThat(status).isZero();
    String name = example.getFileName().toString().replace(".java", "");
    URL[] urls = {classes.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }
  }
}
