package heddle.afs.cache;

import static heddle.rxrpc.thread.WaitingThread.Peer.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.testkit.FakeClock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of chunks is used again, and never while somebody holds it. */
class ChunkMemoryTest {
  private static final int SEGMENT = Chunk.SEGMENT_BYTES;

  private final Lifetime lifetime = new Lifetime(new FakeClock());
  private final Request request =
      Request.begin(Caller.anonymous(), lifetime.clock().nanoTime(), Duration.ofSeconds(30));
  private final SegmentPool pool = new SegmentPool(4 * SEGMENT);

  private static Chunk chunk(SegmentPool pool, int fill, int length) {
    return fill(new Chunk.Builder(length, pool), fill, length);
  }

  private static Chunk fill(Chunk.Builder builder, int fill, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      bytes.put((byte) fill);
    }
    builder.write(bytes.flip());
    return builder.build();
  }

  private byte[] only() {
    byte[] segment = pool.take();
    assertThat(pool.take()).as("a new one").isNotSameAs(segment).containsOnly(0);
    return segment;
  }

  @Test
  void goesBackWhenTheLastHolderLetsGo() {
    Chunk chunk = chunk(pool, 7, SEGMENT);
    assertThat(chunk.hold()).isTrue();
    chunk.letGo();
    assertThat(only()).containsOnly(0);
    chunk.letGo();
    assertThat(only()).as("what the chunk had").containsOnly(7);
    assertThat(chunk.hold()).isFalse();
    assertThatThrownBy(() -> Chunks.bytes(chunk)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(chunk::letGo).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsNotWholeDoesNot() {
    chunk(pool, 7, SEGMENT - 1).letGo();
    assertThat(only()).containsOnly(0);
  }

  @Test
  void noMoreIsKeptThanThereIsRoomFor() {
    List<Chunk> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(chunk(pool, 7, 2 * SEGMENT));
    }
    all.forEach(Chunk::letGo);
    for (int i = 0; i < 4; i++) {
      assertThat(pool.take()).containsOnly(7);
    }
    assertThat(pool.take()).containsOnly(0);
  }

  @Test
  void whatAnEarlierChunkHadIsNotShown() {
    chunk(pool, 7, SEGMENT).letGo();
    Chunk.Builder builder = new Chunk.Builder(SEGMENT, pool);
    builder.write(ByteBuffer.allocate(10));
    Chunk part = builder.build();
    assertThatThrownBy(() -> part.copyTo(ByteBuffer.allocate(11), 0, 11))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static int fillOf(ChunkKey key) {
    return 1 + (int) Math.floorMod(key.index() * 7 + key.dataVersion() * 31, 250L);
  }

  private static ChunkCache.Loaded load(ChunkCache cache, ChunkKey key) {
    int length = 3 * SEGMENT - 5;
    return new ChunkCache.Loaded(key, fill(cache.builder(length), fillOf(key), length));
  }

  @Test
  void aFullCacheTakesNoNewMemory() throws AfsException {
    ChunkCache cache = new ChunkCache(16 * SEGMENT, lifetime, Optional.empty());
    for (int i = 0; i < 50; i++) {
      ChunkKey key = Chunks.key(1, 1, i);
      cache.get(key, NONE, request, () -> load(cache, key)).close();
    }
    assertThat(cache.freeSegment()).as("an earlier chunk's").doesNotContain(0);
  }

  @Test
  void whatWaitsForTheDiskIsWrittenAsItWas(@TempDir Path directory) throws Exception {
    DiskCache disk = new DiskCache(DirectoryFiles.open(directory), 100L << 20);
    ChunkCache cache = new ChunkCache(16 * SEGMENT, lifetime, Optional.of(disk));
    for (int i = 0; i < 50; i++) {
      ChunkKey key = Chunks.key(1, 1, i);
      cache.get(key, NONE, request, () -> load(cache, key)).close();
    }
    disk.work();
    for (int i = 0; i < 50; i++) {
      ChunkKey key = Chunks.key(1, 1, i);
      check(key, disk.find(key).orElseThrow());
    }
    disk.close();
  }

  /** Many who read, change, forget and read ahead, in a cache that has room for few. */
  @Test
  void whatIsReadIsNeverAnotherChunks() throws Exception {
    ChunkCache cache = new ChunkCache(24 * SEGMENT, lifetime, Optional.empty());
    List<FutureTask<?>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      SplittableRandom random = new SplittableRandom(i);
      FutureTask<?> task =
          new FutureTask<>(
              () -> {
                for (int step = 0; step < 3_000; step++) {
                  work(cache, random);
                }
                return null;
              });
      all.add(task);
      Thread.ofPlatform().start(task);
    }
    for (FutureTask<?> task : all) {
      task.get();
    }
  }

  private void work(ChunkCache cache, SplittableRandom random) throws AfsException {
    ChunkKey key = Chunks.key(1, random.nextInt(2), random.nextInt(12));
    switch (random.nextInt(10)) {
      case 0 -> cache.prefetch(key, () -> load(cache, key));
      case 1 -> {
        ChunkKey after = Chunks.key(1, 1 - key.dataVersion(), key.index());
        cache.change(key, after, prior -> prior.map(chunk -> changed(cache, key, chunk, after)));
      }
      case 2 -> cache.discard(key);
      default -> {
        try (ChunkCache.Loaded loaded = cache.get(key, NONE, request, () -> load(cache, key))) {
          check(key, loaded.chunk());
        }
      }
    }
  }

  private static Chunk changed(ChunkCache cache, ChunkKey key, Chunk prior, ChunkKey after) {
    check(key, prior);
    return load(cache, after).chunk();
  }

  private static void check(ChunkKey key, Chunk chunk) {
    for (byte each : Chunks.bytes(chunk)) {
      if (each != (byte) fillOf(key)) {
        throw new AssertionError(key + " has " + each + " in place of " + fillOf(key));
      }
    }
  }
}
