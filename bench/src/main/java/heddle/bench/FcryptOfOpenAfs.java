package heddle.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The fcrypt of an OpenAFS source tree, compiled with {@code cc -O2} and run beside ours. The tree
 * need not be configured: of its headers only those with the cipher's tables are used.
 */
final class FcryptOfOpenAfs implements AutoCloseable {
  private static final List<String> TAKEN = List.of("fcrypt.c", "fcrypt.h", "sboxes.h");
  private static final List<String> OURS = List.of("fcrypt-rate.c", "stand-in.h");
  private static final List<String> STANDS_FOR =
      List.of(
          "afsconfig.h",
          "afs/param.h",
          "afs/stds.h",
          "afs/opr.h",
          "roken.h",
          "rx/rx.h",
          "rx/rxkad_stats.h",
          "rxkad.h");
  private static final double PATIENCE_SECONDS = 60;

  private final Path directory;
  private final Children children;

  /**
   * Rates of one sample, in MB/s.
   *
   * @param encrypt to the cipher text
   * @param decrypt and back
   */
  record Rates(double encrypt, double decrypt) {}

  private FcryptOfOpenAfs(Path directory, Children children) {
    this.directory = directory;
    this.children = children;
  }

  /**
   * Compiles it.
   *
   * @param source the root of the tree
   * @throws IOException if that is no such tree, or if there is no C compiler
   */
  static FcryptOfOpenAfs build(Path source, Children children)
      throws IOException, InterruptedException {
    var made = new FcryptOfOpenAfs(Files.createTempDirectory("heddle-fcrypt"), children);
    try {
      made.compile(source.resolve("src").resolve("rxkad"));
      return made;
    } catch (IOException | InterruptedException e) {
      made.close();
      throw e;
    }
  }

  private void compile(Path source) throws IOException, InterruptedException {
    for (String name : TAKEN) {
      Files.copy(source.resolve(name), directory.resolve(name));
    }
    for (String name : OURS) {
      try (InputStream in = FcryptOfOpenAfs.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IOException(name + " is missing in this build");
        }
        Files.copy(in, directory.resolve(name));
      }
    }
    for (String name : STANDS_FOR) {
      Path header = directory.resolve(name);
      Files.createDirectories(header.resolveSibling(""));
      Files.writeString(header, "#include \"" + directory.resolve("stand-in.h") + "\"\n");
    }
    Children.Output output =
        children.run(
            List.of(
                "cc",
                "-O2",
                "-I" + directory,
                "-o",
                program(),
                directory.resolve("fcrypt-rate.c").toString(),
                directory.resolve("fcrypt.c").toString()),
            PATIENCE_SECONDS);
    if (output.status() != 0) {
      throw new IOException("cc: " + output.err().strip());
    }
  }

  private String program() {
    return directory.resolve("fcrypt-rate").toString();
  }

  /** Measures both directions, each for so long, in packets of so many bytes. */
  Rates sample(double seconds, int bytes) throws IOException, InterruptedException {
    Children.Output output =
        children.run(
            List.of(program(), String.valueOf(seconds), String.valueOf(bytes)),
            2 * seconds + PATIENCE_SECONDS);
    String[] rates = output.out().strip().split(" ");
    if (output.status() != 0 || rates.length != 2) {
      throw new IOException("fcrypt-rate: " + (output.err() + output.out()).strip());
    }
    return new Rates(Double.parseDouble(rates[0]), Double.parseDouble(rates[1]));
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
