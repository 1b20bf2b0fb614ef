package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachePlaceTest {
  @TempDir private Path directory;

  private static CachePlace place(Path mountPoint) {
    return CachePlace.of(mountPoint);
  }

  @Test
  void itIsBelowTheUsersCaches() throws IOException {
    Path real = directory.toRealPath();
    CachePlace place = place(directory.resolve("mnt"));

    assertThat(place.ofUser(Map.of("XDG_CACHE_HOME", real + "/c", "HOME", "/nowhere")::get))
        .contains(real.resolve("c/heddle"));
    assertThat(place.ofUser(Map.of("HOME", real.toString())::get))
        .contains(real.resolve(".cache/heddle"));
  }

  @Test
  void whoHasNoHomeHasNone() {
    CachePlace place = place(directory.resolve("mnt"));

    assertThat(place.ofUser(Map.<String, String>of()::get)).isEmpty();
    assertThat(place.ofUser(Map.of("XDG_CACHE_HOME", "relative")::get)).isEmpty();
    assertThat(place.ofUser(Map.of("HOME", "/home/\0")::get)).as("no path").isEmpty();
  }

  @Test
  void onlyALocalDiskIsOfUse() {
    CachePlace place = place(directory.resolve("mnt"));

    assertThat(place.ofUser(Map.of("HOME", "/proc/self")::get)).isEmpty(); // nothing can be made
  }

  @Test
  void itIsNotInsideOfTheMount() throws IOException {
    Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), mountPoint);
    CachePlace place = place(mountPoint);

    assertThat(place.ofUser(Map.of("HOME", mountPoint.toString())::get)).isEmpty();
    assertThat(place.ofUser(Map.of("HOME", link.toString())::get)).isEmpty();
    assertThat(place.isWithinMount(link.resolve("a/b"))).isTrue();
    assertThat(place.isWithinMount(mountPoint.resolve("../mnt/a"))).isTrue();
    assertThat(place.isWithinMount(directory)).isFalse();
    assertThat(place(link).isWithinMount(mountPoint)).isTrue();
  }
}
