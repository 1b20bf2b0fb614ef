package heddle.afs.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is done to a cache on disk, by itself, by later processes, and by what breaks files: it
 * never gives what does not belong to a key, nor what was forgotten, nor takes more room than it
 * may.
 */
class DiskCacheModelTest {
  private static final int STEPS = 600;
  private static final long MAX_BYTES = 30 * 4096;

  @TempDir private Path directory;
  private DiskCache cache;

  @AfterEach
  void close() {
    cache.close();
  }

  private void open() throws IOException {
    if (cache != null) {
      cache.close();
    }
    cache = new DiskCache(DirectoryFiles.open(directory), MAX_BYTES);
  }

  private static Chunk chunk(ChunkKey key) {
    return Chunks.of(key, 1 + Math.floorMod(key.hashCode(), 9000));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void neverGivesWhatIsNotSo(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Map<DiskSlot, ChunkKey> last = new HashMap<>(); // what may be there
    open();
    int found = 0;
    for (int step = 0; step < STEPS; step++) {
      ChunkKey key = Chunks.key(random.nextInt(1, 9), random.nextInt(3), random.nextInt(5));
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> {
          cache.offer(key, chunk(key));
          last.put(DiskSlot.of(key), key);
        }
        case 4, 5 -> cache.work();
        case 6 -> {
          cache.forget(key.fid()::equals);
          last.keySet().removeIf(slot -> slot.fid().equals(key.fid()));
        }
        case 7 -> cache.discard(key);
        case 8 -> open(); // what waited is lost
        case 9 -> breakOne(random);
        default -> {
          Optional<Chunk> chunk = cache.find(key);
          if (chunk.isPresent()) {
            found++;
            assertThat(last).containsKey(DiskSlot.of(key));
            assertThat(Chunks.bytes(chunk.get())).isEqualTo(Chunks.bytes(chunk(key)));
          }
        }
      }
    }
    assertThat(found).isPositive();
    settle(last);
  }

  /** Changes, cuts off or removes a file behind the cache's back. */
  private void breakOne(SplittableRandom random) throws IOException {
    List<Path> all = files();
    if (all.isEmpty()) {
      return;
    }
    Path file = all.get(random.nextInt(all.size()));
    byte[] bytes = Files.readAllBytes(file);
    switch (random.nextInt(3)) {
      case 0 -> Files.delete(file);
      case 1 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      default -> {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
      }
    }
  }

  private List<Path> files() throws IOException {
    Path top = directory.resolve("chunks/v1");
    if (!Files.exists(top)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(top)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** When all is done, what there is room for is there, and no more than that. */
  private void settle(Map<DiskSlot, ChunkKey> last) throws IOException {
    List<ChunkKey> few = List.copyOf(last.values()).subList(0, Math.min(5, last.size()));
    few.forEach(key -> cache.offer(key, chunk(key)));
    cache.work();
    assertThat(few).allSatisfy(key -> assertThat(cache.find(key)).isPresent());
    assertThat(cache.bytes()).isLessThanOrEqualTo(MAX_BYTES);
    assertThat(roomOfFiles()).isLessThanOrEqualTo(MAX_BYTES);
    open();
    cache.work();
    assertThat(cache.bytes()).isEqualTo(roomOfFiles());
    assertThat(few).allSatisfy(key -> assertThat(cache.find(key)).isPresent());
  }

  private long roomOfFiles() throws IOException {
    long room = 0;
    for (Path file : files()) {
      room += (Files.size(file) / 4096 + 1) * 4096;
    }
    return room;
  }
}
