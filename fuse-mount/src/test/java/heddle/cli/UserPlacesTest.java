package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserPlacesTest {
  @TempDir private Path directory;

  private static UserPlaces place(Path mountPoint) {
    return UserPlaces.outside(mountPoint);
  }

  @Test
  void theyAreWhereUsersHaveSuchThings() throws IOException {
    Path real = directory.toRealPath();
    UserPlaces place = place(directory.resolve("mnt"));

    assertThat(place.caches(Map.of("XDG_CACHE_HOME", real + "/c", "HOME", "/nowhere")::get))
        .contains(real.resolve("c/heddle"));
    assertThat(place.caches(Map.of("HOME", real.toString())::get))
        .contains(real.resolve(".cache/heddle"));
    assertThat(place.state(Map.of("XDG_STATE_HOME", real + "/s", "HOME", "/nowhere")::get))
        .contains(real.resolve("s/heddle"));
    assertThat(UserPlaces.anywhere().state(Map.of("HOME", real.toString())::get))
        .contains(real.resolve(".local/state/heddle"));
  }

  @Test
  void whoHasNoHomeHasNone() {
    UserPlaces place = place(directory.resolve("mnt"));

    assertThat(place.caches(Map.<String, String>of()::get)).isEmpty();
    assertThat(place.caches(Map.of("XDG_CACHE_HOME", "relative")::get)).isEmpty();
    assertThat(place.caches(Map.of("HOME", "/home/\0")::get)).as("no path").isEmpty();
  }

  @Test
  void onlyALocalDiskIsOfUse() {
    UserPlaces place = place(directory.resolve("mnt"));

    assertThat(place.caches(Map.of("HOME", "/proc/self")::get)).isEmpty(); // nothing can be made
  }

  @Test
  void itIsNotInsideOfTheMount() throws IOException {
    Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), mountPoint);
    UserPlaces place = place(mountPoint);

    assertThat(place.caches(Map.of("HOME", mountPoint.toString())::get)).isEmpty();
    assertThat(place.caches(Map.of("HOME", link.toString())::get)).isEmpty();
    assertThat(place.isWithinMount(link.resolve("a/b"))).isTrue();
    assertThat(place.isWithinMount(mountPoint.resolve("../mnt/a"))).isTrue();
    assertThat(place.isWithinMount(directory)).isFalse();
    assertThat(place(link).isWithinMount(mountPoint)).isTrue();
  }
}
