package heddle.afs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import heddle.afs.AfsClient;
import heddle.afs.AfsConfig;
import heddle.afs.auth.Caller;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The algebra of paths, which nobody has to be asked for. */
class CellPathTest {
  private static AfsClient client;
  private static FileSystem afs;

  @BeforeAll
  static void open() throws IOException {
    client = AfsClient.open(AfsConfig.DEFAULT.withCallbackPort(0));
    afs =
        FileSystems.newFileSystem(
            URI.create("afs://paths.test/"), AfsEnvironment.of(client, Caller.anonymous()));
  }

  @AfterAll
  static void close() throws IOException {
    afs.close();
    client.close();
  }

  private static Path path(String text) {
    return afs.getPath(text);
  }

  @ParameterizedTest
  @CsvSource({
    "/, /, 0, , ",
    "'', '', 1, '', ",
    "a, a, 1, a, ",
    "/a, /a, 1, a, /",
    "a/b, a/b, 2, b, a",
    "//a///b/, /a/b, 2, b, /a",
    "./.., ./.., 2, .., .",
  })
  void textIsParsed(String text, String shown, int names, String last, String parent) {
    Path path = path(text);

    assertThat(path).hasToString(shown);
    assertThat(path.getNameCount()).isEqualTo(names);
    assertThat(path.isAbsolute()).isEqualTo(text.startsWith("/"));
    assertThat(path.getFileName()).isEqualTo(last == null ? null : path(last));
    assertThat(path.getParent()).isEqualTo(parent == null ? null : path(parent));
    assertThat(path.getRoot()).isEqualTo(text.startsWith("/") ? path("/") : null);
  }

  @Test
  void partsAreJoinedBySlashes() {
    assertThat(afs.getPath("/a", "b/c", "", "d")).isEqualTo(path("/a/b/c/d"));
    assertThat(afs.getPath("", "", "a")).isEqualTo(path("a"));
    assertThat(afs.getPath("", "")).isEqualTo(path(""));
  }

  @ParameterizedTest
  @CsvSource({
    "/a/./b/../c, /a/c",
    "/.., /",
    "/../../a, /a",
    "../a/.., ..",
    "../../a, ../../a",
    "a/.., ''",
    "., ''",
    "a/../../b, ../b",
  })
  void detoursAreTakenOut(String text, String normal) {
    assertThat(path(text).normalize()).isEqualTo(path(normal));
  }

  @ParameterizedTest
  @CsvSource({
    "/a, b, /a/b",
    "/a, /b, /b",
    "/a, '', /a",
    "'', b, b",
    "a/b, ../c, a/b/../c",
    "/, a, /a",
  })
  void pathsAreResolved(String from, String other, String result) {
    assertThat(path(from).resolve(path(other))).isEqualTo(path(result));
    assertThat(path(from).resolve(other)).isEqualTo(path(result));
  }

  @Test
  void siblingsAreResolved() {
    assertThat(path("/a/b").resolveSibling("c")).isEqualTo(path("/a/c"));
    assertThat(path("a").resolveSibling("c")).isEqualTo(path("c"));
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b/c, c",
    "/a/b, /a/c, ../c",
    "/a/b, /a/b, ''",
    "/a/b, /, ../..",
    "/, /a, a",
    "a, b/c, ../b/c",
    "'', a, a",
    "a, '', ..",
    "a/., a/b, ../b",
  })
  void pathsAreRelativized(String from, String to, String way) {
    if (!from.endsWith(".")) {
      assertThat(path(from).relativize(path(to))).isEqualTo(path(way));
      assertThat(path(from).resolve(path(way)).normalize()).isEqualTo(path(to).normalize());
    } else {
      assertThat(path(from).relativize(path(to))).isEqualTo(path("b"));
    }
  }

  @Test
  void whatCannotBeRelativizedIsNot() {
    assertThatIllegalArgumentException().isThrownBy(() -> path("/a").relativize(path("b")));
    assertThatIllegalArgumentException().isThrownBy(() -> path("../a").relativize(path("b")));
    assertThatExceptionOfType(ProviderMismatchException.class)
        .isThrownBy(() -> path("/a").relativize(Path.of("/b")));
    assertThatExceptionOfType(ProviderMismatchException.class)
        .isThrownBy(() -> path("/a").resolve(Path.of("b")));
  }

  @Test
  void beginningsAndEndsAreWholeNames() {
    assertThat(path("/a/b").startsWith("/a")).isTrue();
    assertThat(path("/a/b").startsWith("/")).isTrue();
    assertThat(path("/ab").startsWith("/a")).isFalse();
    assertThat(path("/a/b").startsWith("a")).isFalse();
    assertThat(path("a").startsWith("")).isFalse();
    assertThat(path("").startsWith("")).isTrue();
    assertThat(path("/a/b").endsWith("b")).isTrue();
    assertThat(path("/a/b").endsWith("a/b")).isTrue();
    assertThat(path("/a/b").endsWith("/a/b")).isTrue();
    assertThat(path("/a/b").endsWith("/b")).isFalse();
    assertThat(path("/ab").endsWith("b")).isFalse();
    assertThat(path("/a").endsWith("")).isFalse();
    assertThat(path("/a").startsWith(Path.of("/a"))).isFalse();
    assertThat(path("/a").endsWith(Path.of("a"))).isFalse();
  }

  @Test
  void namesAreTakenByNumber() {
    Path path = path("/a/b/c");

    assertThat(path.getName(1)).isEqualTo(path("b"));
    assertThat(path.subpath(1, 3)).isEqualTo(path("b/c"));
    assertThat((Iterable<Path>) path).containsExactly(path("a"), path("b"), path("c"));
    assertThat((Iterable<Path>) path("")).containsExactly(path(""));
    assertThat((Iterable<Path>) path("/")).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> path.getName(3));
    assertThatIllegalArgumentException().isThrownBy(() -> path.getName(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> path.subpath(1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> path.subpath(0, 4));
  }

  @Test
  void theOrderIsThatOfBytes() {
    List<Path> paths =
        new ArrayList<>(List.of(path("b"), path("/b"), path("a/b"), path("a"), path("\u00e9")));
    paths.sort(null);
    assertThat(paths)
        .containsExactly(path("/b"), path("a"), path("a/b"), path("b"), path("\u00e9"));
    assertThatExceptionOfType(ClassCastException.class)
        .isThrownBy(() -> path("a").compareTo(Path.of("a")));
  }

  @Test
  void relativePathsBeginAtTheRoot() {
    assertThat(path("a").toAbsolutePath()).isEqualTo(path("/a"));
    assertThat(path("").toAbsolutePath()).isEqualTo(path("/"));
    assertThat(path("/a").toAbsolutePath()).isEqualTo(path("/a"));
  }

  @ParameterizedTest
  @CsvSource({
    "/, afs://paths.test/",
    "/a b, afs://paths.test/a%20b",
    "/a%/?#, afs://paths.test/a%25/%3F%23",
    "/\u00e9, afs://paths.test/%C3%A9",
    "a, afs://paths.test/a",
  })
  void urisLeadBack(String text, URI uri) {
    assertThat(path(text).toUri()).isEqualTo(uri);
    assertThat(Path.of(uri)).isEqualTo(path(text).toAbsolutePath());
  }

  @Test
  void urisMayHaveCharactersThatAreNotAscii() {
    assertThat(Path.of(URI.create("afs://paths.test/\u00e9/x"))).isEqualTo(path("/\u00e9/x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "afs:opaque",
        "afs://paths.test/a?b",
        "afs://paths.test/a#b",
        "afs://paths.test",
        "afs://paths.test/%00"
      })
  void wrongUrisAreRefused(URI uri) {
    assertThatIllegalArgumentException().isThrownBy(() -> Path.of(uri));
  }

  @Test
  void everyNameHasATextAndEveryTextThatNameAgain() {
    Random random = new Random(41);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(8)];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) (random.nextBoolean() ? 0x80 + random.nextInt(128) : 'a');
      }
      PathName name = PathName.ofBytes(bytes);
      assertThat(PathName.of(name.toString())).isEqualTo(name);
    }
  }

  @Test
  void bytesThatAreNoTextAreEscapedOneByOne() {
    byte[] bytes = {
      'a', (byte) 0xff, (byte) 0xe2, (byte) 0x82, (byte) 0xed, (byte) 0xa0, (byte) 0x80
    };
    assertThat(PathName.ofBytes(bytes)).hasToString("a\udcff\udce2\udc82\udced\udca0\udc80");
    assertThat(PathName.of("\ud83d\ude00").bytes()).hasSize(4);
  }

  @Test
  void textsThatNoNameHasAreRefused() {
    assertThatExceptionOfType(InvalidPathException.class).isThrownBy(() -> path("a\0b"));
    assertThatExceptionOfType(InvalidPathException.class).isThrownBy(() -> path("a\ud800b"));
    assertThatExceptionOfType(InvalidPathException.class).isThrownBy(() -> path("a\udc7f"));
    assertThatExceptionOfType(InvalidPathException.class).isThrownBy(() -> path("a\udd00"));
  }

  @Test
  void pathsOfTwoFileSystemsAreNotEqual() throws IOException {
    try (FileSystem other =
        FileSystems.newFileSystem(
            URI.create("afs://me@paths.test/"), AfsEnvironment.of(client, Caller.anonymous()))) {
      assertThat(other.getPath("/a")).isNotEqualTo(path("/a"));
      assertThat(other.getPath("/a").startsWith(path("/"))).isFalse();
      assertThat(other.getPath("/a").toUri()).hasToString("afs://me@paths.test/a");
      assertThat(Path.of(URI.create("afs://me@paths.test/a"))).isEqualTo(other.getPath("/a"));
    }
  }

  @Test
  void noFileOfTheDefaultFileSystemIsMeant() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> path("/a").toFile());
  }
}
