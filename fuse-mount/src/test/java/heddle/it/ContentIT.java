package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every byte comes through as it was stored: {@code cp} on OpenAFS's own client put it there, and
 * the SHA-256 of each file is compared with that of its source.
 */
@NeedsCell
@NeedsFuse
@NeedsRoot // to write on the other host
@ExtendWith(Peer.class)
final class ContentIT {
  private static final int[] SIZES = {0, 1, 1411, 1412, 1413, 4096, 1 << 20};
  private static final int LARGE_BYTES = 256 << 20;
  private static final int LARGE_DIRECTORY = 10_000;
  private static final String STORED = "scratch/content-" + ProcessHandle.current().pid();

  @TempDir private static Path source;
  private static Mount mount;

  @BeforeAll
  static void store() throws Exception {
    Random random = new Random(1);
    Files.createDirectory(source.resolve("sizes"));
    for (int size : SIZES) {
      write("sizes/" + size, random, size);
    }
    for (int i = 0; i < 1000; i++) {
      String directory = "tree/d%d/e%d".formatted(i / 100, i / 10 % 10);
      Files.createDirectories(source.resolve(directory));
      write(directory + "/f" + i % 10, random, random.nextInt(20_000));
    }
    Files.createDirectory(source.resolve("many"));
    for (int i = 0; i < LARGE_DIRECTORY; i++) {
      Files.writeString(source.resolve("many/" + i), "file " + i);
    }
    try (OutputStream large = Files.newOutputStream(source.resolve("large"))) {
      byte[] chunk = new byte[1 << 20];
      for (int i = 0; i < LARGE_BYTES / chunk.length; i++) {
        random.nextBytes(chunk);
        large.write(chunk);
      }
    }
    Peer.run(".", "cp -r '" + source + "' " + STORED);
    mount = Mount.start();
  }

  private static void write(String name, Random random, int size) throws IOException {
    byte[] content = new byte[size];
    random.nextBytes(content);
    Files.write(source.resolve(name), content);
  }

  @AfterAll
  static void end() throws Exception {
    mount.close();
    Peer.run(".", "rm " + STORED + "/large");
  }

  /** Returns the SHA-256 of every file below {@code directory}, as sha256sum tells it. */
  private static Map<String, String> sums(Path directory) {
    Shell.Result result =
        Shell.run(directory, "find . -type f -print0 | xargs -0 -r sha256sum | sort -k 2");
    assertThat(result.err()).isEmpty();
    Map<String, String> sums = new TreeMap<>();
    for (String line : result.out().split("\n")) {
      sums.put(line.substring(64).strip(), line.substring(0, 64));
    }
    return sums;
  }

  private static Path throughMount(String name) {
    return mount.point().resolve(RealCell.name()).resolve(STORED).resolve(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sizes", "tree", "many"})
  void everyFileThroughTheMount(String directory) throws IOException {
    Map<String, String> expected = sums(source.resolve(directory));
    assertThat(expected).hasSize(files(directory).size());
    assertThat(sums(throughMount(directory))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sizes", "tree", "many"})
  void everyFileThroughCat(String directory) throws Exception {
    assertSameThroughCat(files(directory));
  }

  @Test
  void largeFileThroughTheMount() {
    String sum = "sha256sum <large";
    assertThat(Shell.run(throughMount("."), sum)).isEqualTo(Shell.run(source, sum));
  }

  @Test
  void largeFileThroughCat() throws Exception {
    assertSameThroughCat(List.of(source.resolve("large")));
  }

  @Test
  void treeThroughCp(@TempDir Path copy) {
    String tree = "/afs/" + RealCell.name() + "/" + STORED + "/tree";
    assertThat(HeddleCommand.run("cp -r", tree + " '" + copy + "'").err()).isEmpty();
    assertThat(sums(copy.resolve("tree"))).isEqualTo(sums(source.resolve("tree")));
  }

  @Test
  void everyEntryIsListedOnce() {
    String names = "ls -f | sort | uniq -c | awk '{ print $1 }' | sort | uniq -c";
    assertThat(Shell.run(throughMount("many"), names).out().strip())
        .matches((LARGE_DIRECTORY + 2) + " +1");
  }

  private static List<Path> files(String directory) throws IOException {
    try (Stream<Path> found = Files.walk(source.resolve(directory))) {
      return found.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** One {@code heddle cat} of all of them, taken apart by their lengths. */
  private static void assertSameThroughCat(List<Path> files) throws Exception {
    List<String> paths =
        files.stream()
            .map(file -> "/afs/" + RealCell.name() + "/" + STORED + "/" + source.relativize(file))
            .toList();
    Process cat =
        new ProcessBuilder(HeddleCommand.words("cat", paths))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream output = cat.getInputStream()) {
      for (Path file : files) {
        try (InputStream stored = Files.newInputStream(file)) {
          long length = Files.size(file);
          assertThat(sum(output, length)).as("%s", file).isEqualTo(sum(stored, length));
        }
      }
      assertThat(output.read()).as("end of the output").isEqualTo(-1);
    }
    assertThat(cat.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(cat.exitValue()).isZero();
  }

  /** Returns the SHA-256 of the next {@code length} bytes. */
  private static String sum(InputStream input, long length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      long left = length;
      while (left > 0) {
        int count = input.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          return "cut short by " + left + " bytes";
        }
        digest.update(buffer, 0, count);
        left -= count;
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
