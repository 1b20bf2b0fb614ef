package heddle.afs.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.rxrpc.thread.WaitingThread;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File data in memory, shared by all callers, bounded by weight; below them, if there is one, a
 * cache on disk. Thread-safe.
 *
 * <p>A chunk that is not there is loaded once, however many want it: the first loads it on its own
 * thread, the others wait for that. If the first fails or is interrupted, the others are not told
 * of it; the next of them tries for itself, with its own identity and its own time.
 */
public final class ChunkCache {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkCache.class);
  private static final int MAX_AHEAD = 16; // chunks on their way that nobody waits for yet
  private static final int SHARE_OF_RECENT = 4; // one part in so many
  private static final int SHARE_OF_FREE = 8; // one part in so many, at most

  private final SegmentPool free;
  private final Cache<ChunkKey, Chunk> chunks; // holds each
  private final RecentChunks recent;
  private final ConcurrentHashMap<ChunkKey, Flight> flights = new ConcurrentHashMap<>();
  private final Semaphore ahead = new Semaphore(MAX_AHEAD);
  private final Lifetime lifetime;
  private final Optional<DiskCache> disk;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /**
   * A chunk as it was loaded. Whoever has it holds the chunk until it closes this.
   *
   * @param key what it is: the file may have another version by now than was asked for
   */
  public record Loaded(ChunkKey key, Chunk chunk) implements AutoCloseable {
    /** Lets go of the chunk. */
    @Override
    public void close() {
      chunk.letGo();
    }
  }

  /** Fetches a chunk. */
  @FunctionalInterface
  public interface Loader {
    Loaded load() throws AfsException;
  }

  private static final class Flight {
    final CountDownLatch landed = new CountDownLatch(1);
    volatile @Nullable Loaded result;
  }

  /**
   * Creates an empty cache.
   *
   * @param maxBytes greatest weight of what is kept in memory, with what is free for more
   * @param disk where more is kept
   */
  public ChunkCache(long maxBytes, Lifetime lifetime, Optional<DiskCache> disk) {
    this.lifetime = lifetime;
    this.disk = disk;
    long freeBytes = Math.min(maxBytes / SHARE_OF_FREE, (long) MAX_AHEAD * Chunk.BYTES);
    long recentBytes = maxBytes / SHARE_OF_RECENT;
    free = new SegmentPool(freeBytes);
    recent = new RecentChunks(recentBytes);
    chunks =
        Caffeine.newBuilder()
            .executor(Runnable::run) // its upkeep is shorter than waking a thread for it
            .maximumWeight(maxBytes - recentBytes - freeBytes)
            .weigher((ChunkKey key, Chunk chunk) -> chunk.weight())
            .removalListener((key, chunk, cause) -> letGo(chunk))
            .build();
  }

  private static void letGo(@Nullable Chunk chunk) {
    if (chunk != null) {
      chunk.letGo();
    }
  }

  /** Returns a place for the bytes of a chunk that is being loaded. */
  public Chunk.Builder builder(int capacity) {
    return new Chunk.Builder(capacity, free);
  }

  /** Returns the chunk if it is in memory; the caller holds it. */
  Optional<Chunk> find(ChunkKey key) {
    return Optional.ofNullable(chunks.getIfPresent(key))
        .filter(Chunk::hold)
        .or(() -> recent.find(key));
  }

  /**
   * Keeps the chunk that a file has after a change of it.
   *
   * @param before the one that it had
   * @param change makes a new one of the other, if that is there, and hands it over; empty if it
   *     cannot
   */
  public void change(
      ChunkKey before, ChunkKey after, Function<Optional<Chunk>, Optional<Chunk>> change) {
    Optional<Chunk> prior = find(before);
    try {
      Optional<Chunk> changed = change.apply(prior);
      changed.ifPresent(chunk -> put(after, chunk));
      changed.ifPresent(Chunk::letGo);
    } finally {
      prior.ifPresent(Chunk::letGo);
    }
  }

  /** Keeps a chunk that the caller holds. */
  private void put(ChunkKey key, Chunk chunk) {
    keep(key, chunk);
    disk.ifPresent(below -> below.offer(key, chunk));
  }

  private void keep(ChunkKey key, Chunk chunk) {
    recent.add(key, chunk);
    chunk.hold();
    chunks.put(key, chunk);
  }

  /**
   * Returns the chunk, to be closed after use; blocks while it is loaded, by this thread or another
   * one.
   *
   * @param source where another one has it from
   */
  public Loaded get(ChunkKey key, WaitingThread.Peer source, Request request, Loader loader)
      throws AfsException {
    Optional<Chunk> present = find(key);
    if (present.isPresent()) {
      hits.increment();
      return new Loaded(key, present.get());
    }
    misses.increment();
    while (true) {
      Flight mine = new Flight();
      Flight other = flights.putIfAbsent(key, mine);
      if (other == null) {
        return fly(key, mine, loader);
      }
      Loaded result = await(other, key, source, request);
      if (result != null && result.chunk().hold()) {
        return result;
      }
    }
  }

  /** Loads on this thread; whatever happens, the flight lands. */
  private Loaded fly(ChunkKey key, Flight flight, Loader loader) throws AfsException {
    try {
      Loaded loaded = present(key);
      if (loaded == null) {
        loaded = loader.load();
        put(loaded.key(), loaded.chunk());
      }
      flight.result = loaded;
      return loaded;
    } finally {
      flights.remove(key, flight);
      flight.landed.countDown();
    }
  }

  /** Another flight may just have landed; or it is on disk. */
  private @Nullable Loaded present(ChunkKey key) {
    Optional<Chunk> present = find(key);
    if (present.isEmpty() && disk.isPresent()) {
      present = disk.get().find(key);
      present.ifPresent(chunk -> keep(key, chunk));
    }
    return present.map(chunk -> new Loaded(key, chunk)).orElse(null);
  }

  private @Nullable Loaded await(
      Flight flight, ChunkKey key, WaitingThread.Peer source, Request request) throws AfsException {
    Duration left = request.remaining(lifetime.clock().nanoTime());
    if (!lifetime.await(flight.landed, left, source)) {
      throw new AfsException.ServersUnreachable("data of " + key.fid() + " did not come in time");
    }
    lifetime.check();
    return flight.result;
  }

  /** Begins to load the chunk on a virtual thread, unless it is there, coming, or too much is. */
  public void prefetch(ChunkKey key, Loader loader) {
    if (isPresent(key) || flights.containsKey(key) || !ahead.tryAcquire()) {
      return;
    }
    Flight mine = new Flight();
    if (flights.putIfAbsent(key, mine) != null) {
      ahead.release();
      return;
    }
    misses.increment();
    Thread.ofVirtual()
        .name("heddle-read-ahead")
        .start(
            () -> {
              try {
                fly(key, mine, loader).close();
              } catch (AfsException e) {
                LOG.debug("reading ahead {}: {}", key, e.getMessage()); // the reader will see it
              } finally {
                ahead.release();
              }
            });
  }

  private boolean isPresent(ChunkKey key) {
    Optional<Chunk> found = find(key);
    found.ifPresent(Chunk::letGo);
    return found.isPresent();
  }

  /** Drops a chunk that is not what it should be. */
  public void discard(ChunkKey key) {
    recent.remove(key);
    chunks.invalidate(key);
    disk.ifPresent(below -> below.discard(key));
  }

  /** Drops the chunks of all such files. */
  public void forget(Predicate<Fid> files) {
    recent.forget(files);
    chunks.asMap().keySet().removeIf(key -> files.test(key.fid()));
    disk.ifPresent(below -> below.forget(files));
  }

  /** Returns the memory that the next chunk begins with. */
  byte[] freeSegment() {
    return free.take();
  }

  /** Evicts now what would be evicted soon. */
  void cleanUp() {
    chunks.cleanUp();
  }

  /** Returns how often a chunk was in memory. */
  public long hits() {
    return hits.sum();
  }

  /** Returns how often a chunk was not in memory. */
  public long misses() {
    return misses.sum();
  }
}
