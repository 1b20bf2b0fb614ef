package heddle.afs.cache;

import static heddle.rxrpc.thread.WaitingThread.Peer.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.auth.Caller;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.testkit.FakeClock;
import heddle.afs.testkit.Waiter;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.thread.WaitingThread;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChunkCacheTest {
  private static final ChunkKey KEY = new ChunkKey(new Fid("c", 1, 2, 3), 7, 0, 0);
  private static final ChunkKey OTHER_KEY = new ChunkKey(KEY.fid(), 7, 0, 1);

  private final Lifetime lifetime = new Lifetime(new FakeClock());
  private final ChunkCache cache = new ChunkCache(10L << 20, lifetime, Optional.empty());
  private final Request request =
      Request.begin(Caller.anonymous(), lifetime.clock().nanoTime(), Duration.ofSeconds(30));
  private final AtomicInteger loads = new AtomicInteger();

  private static Chunk chunk(int length) {
    Chunk.Builder builder = new Chunk.Builder(length, new SegmentPool(0));
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 251);
    }
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.hasRemaining()) { // in pieces that do not fit the segments
      int step = Math.min(source.remaining(), 100_003);
      builder.write(source.slice(source.position(), step));
      source.position(source.position() + step);
    }
    return builder.build();
  }

  private ChunkCache.Loaded load() {
    loads.incrementAndGet();
    return new ChunkCache.Loaded(KEY, chunk(5));
  }

  private static <T> FutureTask<T> start(Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread.ofVirtual().start(task);
    return task;
  }

  @Test
  void loadsOnce() throws Exception {
    assertThat(cache.get(KEY, NONE, request, this::load).chunk().length()).isEqualTo(5);
    assertThat(cache.get(KEY, NONE, request, this::load).chunk().length()).isEqualTo(5);
    assertThat(loads).hasValue(1);
    assertThat(cache.hits()).isEqualTo(1);
    assertThat(cache.misses()).isEqualTo(1);
  }

  @Test
  void whoeverWantsWhatIsComingWaitsForIt() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    var first =
        start(
            () ->
                cache.get(
                    KEY,
                    NONE,
                    request,
                    () -> {
                      loading.countDown();
                      return loadAfter(go);
                    }));
    loading.await();
    var second = start(() -> cache.get(KEY, NONE, request, this::load));
    go.countDown();
    assertThat(second.get().chunk()).isSameAs(first.get().chunk());
    assertThat(loads).hasValue(1);
  }

  private ChunkCache.Loaded loadAfter(CountDownLatch latch) throws AfsException {
    lifetime.await(latch, Duration.ofSeconds(30));
    return load();
  }

  @Test
  void whoWaitsForAnotherWaitsForWhereThatHasItFrom() throws Exception {
    WaitingThread.Peer source = () -> true;
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    cache.prefetch(
        KEY,
        () -> {
          loading.countDown();
          return loadAfter(go);
        });
    loading.await();
    Waiter second = Waiter.start(() -> cache.get(KEY, source, request, this::load));
    Eventually.until(() -> second.waitedFor() != null, second::peers);
    go.countDown();
    second.await();
    assertThat(second.peers()).containsExactly(NONE, source, NONE);
    Waiter first =
        Waiter.start(
            () -> cache.get(OTHER_KEY, source, request, () -> loadAfter(new CountDownLatch(0))));
    first.await();
    assertThat(first.peers()).as("it may wait for the disk").containsExactly(NONE);
  }

  @Test
  void whoeverWaitsForOneWhoFailsTriesForItself() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    var first =
        start(
            () ->
                cache.get(
                    KEY,
                    NONE,
                    request,
                    () -> {
                      loading.countDown();
                      lifetime.await(go, Duration.ofSeconds(30));
                      throw new AfsException.PermissionDenied("test");
                    }));
    loading.await();
    var second = start(() -> cache.get(KEY, NONE, request, this::load));
    go.countDown();
    assertThatThrownBy(first::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(AfsException.PermissionDenied.class);
    assertThat(second.get().chunk().length()).isEqualTo(5);
  }

  @Test
  void whoeverWaitsForOneWhoIsInterruptedTriesForItself() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    FutureTask<ChunkCache.Loaded> first =
        new FutureTask<>(
            () ->
                cache.get(
                    KEY,
                    NONE,
                    request,
                    () -> {
                      loading.countDown();
                      return loadAfter(never);
                    }));
    Thread loader = Thread.ofVirtual().start(first);
    loading.await();
    var second = start(() -> cache.get(KEY, NONE, request, this::load));
    loader.interrupt();
    assertThat(second.get().chunk().length()).isEqualTo(5);
    assertThatThrownBy(first::get).hasCauseInstanceOf(AfsException.Interrupted.class);
    assertThat(loads).hasValue(1);
  }

  @Test
  void whatTurnsOutToBeANewerVersionIsKeptAsThat() throws Exception {
    ChunkKey newer = new ChunkKey(KEY.fid(), 8, 0, 0);
    assertThat(cache.get(KEY, NONE, request, () -> new ChunkCache.Loaded(newer, chunk(9))).key())
        .isEqualTo(newer);
    assertThat(cache.find(KEY)).isEmpty();
    assertThat(cache.find(newer)).isPresent();
  }

  @Test
  void readAheadIsThereForWhoeverComesLater() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    cache.prefetch(KEY, () -> loadAfter(go));
    cache.prefetch(KEY, this::load); // is coming already
    var reader = start(() -> cache.get(KEY, NONE, request, this::load));
    go.countDown();
    assertThat(reader.get().chunk().length()).isEqualTo(5);
    assertThat(loads).hasValue(1);
  }

  @Test
  void readAheadThatFailsIsNobodysFailure() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    cache.prefetch(
        KEY,
        () -> {
          failed.countDown();
          throw new AfsException.ServersUnreachable("test");
        });
    failed.await();
    assertThat(cache.get(KEY, NONE, request, this::load).chunk().length()).isEqualTo(5);
  }

  @Test
  void staysWithinItsWeight() throws Exception {
    ChunkCache small = new ChunkCache(3L << 20, lifetime, Optional.empty());
    for (int i = 0; i < 50; i++) {
      ChunkKey key = new ChunkKey(KEY.fid(), 7, 0, i);
      small.get(key, NONE, request, () -> new ChunkCache.Loaded(key, chunk(Chunk.BYTES)));
    }
    small.cleanUp();
    int kept = 0;
    for (int i = 0; i < 50; i++) {
      kept += small.find(new ChunkKey(KEY.fid(), 7, 0, i)).isPresent() ? 1 : 0;
    }
    assertThat(kept).isBetween(1, 2); // a chunk weighs a little more than its bytes
  }

  @Test
  void closingEndsTheWaitForWhatIsComing() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    cache.prefetch(
        KEY,
        () -> {
          loading.countDown();
          lifetime.await(go, Duration.ofSeconds(30));
          return loadIfOpen();
        });
    loading.await();
    var reader = start(() -> cache.get(KEY, NONE, request, this::loadIfOpen));
    lifetime.end();
    go.countDown(); // what closing does to the calls under way
    assertThatThrownBy(reader::get).hasCauseInstanceOf(AfsException.ClientClosed.class);
    assertThat(loads).hasValue(0);
  }

  private ChunkCache.Loaded loadIfOpen() throws AfsException {
    lifetime.check();
    return load();
  }

  @Test
  void copiesAcrossSegments() {
    Chunk chunk = chunk(Chunk.BYTES);
    ByteBuffer all = ByteBuffer.allocate(Chunk.BYTES);
    chunk.copyTo(all, 0, Chunk.BYTES);
    for (int from : new int[] {0, 1, 131_071, 131_072, 131_073, 900_000}) {
      int count = Math.min(300_000, Chunk.BYTES - from);
      ByteBuffer part = ByteBuffer.allocateDirect(count);
      chunk.copyTo(part, from, count);
      assertThat(part.flip()).isEqualTo(all.slice(from, count));
    }
  }

  @Test
  void takesNoMoreThanThereIsRoomFor() {
    Chunk.Builder builder = new Chunk.Builder(10, new SegmentPool(0));
    assertThatThrownBy(() -> builder.write(ByteBuffer.allocate(11)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
