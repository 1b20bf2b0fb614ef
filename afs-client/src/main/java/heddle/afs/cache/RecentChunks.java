package heddle.afs.cache;

import heddle.afs.Fid;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The chunks that were loaded last, first in, first out, bounded by weight. Thread-safe.
 *
 * <p>The cache proper keeps what is used often, and so may refuse a chunk that was never used yet.
 * Read-ahead consists of nothing else: here it survives until its reader comes.
 */
final class RecentChunks {
  private final ReentrantLock lock = new ReentrantLock(); // guards all below
  private final Map<ChunkKey, Chunk> chunks = new LinkedHashMap<>();
  private final long maxWeight;
  private long weight;

  RecentChunks(long maxWeight) {
    this.maxWeight = maxWeight;
  }

  /** Returns the chunk if it is here; the caller holds it. */
  Optional<Chunk> find(ChunkKey key) {
    lock.lock();
    try {
      return Optional.ofNullable(chunks.get(key)).filter(Chunk::hold);
    } finally {
      lock.unlock();
    }
  }

  /** Adds a chunk that the caller holds. */
  void add(ChunkKey key, Chunk chunk) {
    lock.lock();
    try {
      chunk.hold();
      Chunk before = chunks.put(key, chunk);
      weight += chunk.weight();
      dropped(before);
      Iterator<Chunk> oldest = chunks.values().iterator();
      while (weight > maxWeight && oldest.hasNext()) {
        dropped(oldest.next());
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  void remove(ChunkKey key) {
    lock.lock();
    try {
      dropped(chunks.remove(key));
    } finally {
      lock.unlock();
    }
  }

  void forget(Predicate<Fid> files) {
    lock.lock();
    try {
      Iterator<Map.Entry<ChunkKey, Chunk>> each = chunks.entrySet().iterator();
      while (each.hasNext()) {
        Map.Entry<ChunkKey, Chunk> entry = each.next();
        if (files.test(entry.getKey().fid())) {
          dropped(entry.getValue());
          each.remove();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void dropped(@Nullable Chunk chunk) {
    if (chunk != null) {
      weight -= chunk.weight();
      chunk.letGo();
    }
  }
}
