package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PathBytesTest {
  private static final byte[] ODD = {'a', (byte) 0xff, ' ', '%', '\n', '\\', (byte) 0xc3, '?', '#'};

  @TempDir private Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] inDirectory(byte[] name) {
    byte[] start = bytes(directory + "/");
    byte[] path = new byte[start.length + name.length];
    System.arraycopy(start, 0, path, 0, start.length);
    System.arraycopy(name, 0, path, start.length, name.length);
    return path;
  }

  @Test
  void anyBytesNameTheirFile() throws IOException {
    byte[] path = inDirectory(ODD);
    Files.writeString(PathBytes.toPath(path), "found");

    try (var found = Files.list(directory)) {
      assertThat(found.map(PathBytes::of).toList()).containsExactly(path);
    }
    assertThat(Files.readString(PathBytes.toPath(path))).isEqualTo("found");
    assertThat(PathBytes.of(PathBytes.toPath(path))).isEqualTo(path);
  }

  @Test
  void directoriesHaveNoSlashAtTheirEnd() {
    assertThat(PathBytes.of(directory)).isEqualTo(bytes(directory.toString()));
    assertThat(PathBytes.of(Path.of("/"))).isEqualTo(bytes("/"));
  }

  @Test
  void relativePathsAreOfTheWorkingDirectory() throws IOException {
    assertThat(Files.isSameFile(PathBytes.toPath(bytes(".")), Path.of(""))).isTrue();
  }

  @Test
  void linksKeepWhatTheyPointTo() throws IOException {
    for (String target : new String[] {"a", "../b/../c", "./d", "/e/f"}) {
      assertThat(PathBytes.toLinkTarget(bytes(target))).hasToString(target);
    }
    Path link = Files.createSymbolicLink(directory.resolve("link"), PathBytes.toLinkTarget(ODD));
    assertThat(Files.exists(link)).isFalse();
    Files.writeString(PathBytes.toPath(inDirectory(ODD)), "found");
    assertThat(Files.readString(link)).isEqualTo("found");
  }

  @Test
  void nulIsRefused() {
    assertThatThrownBy(() -> PathBytes.toPath(new byte[] {'/', 0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PathBytes.toLinkTarget(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
