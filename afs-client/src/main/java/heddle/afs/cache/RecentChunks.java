package heddle.afs.cache;

import heddle.afs.Fid;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

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

  Optional<Chunk> find(ChunkKey key) {
    lock.lock();
    try {
      return Optional.ofNullable(chunks.get(key));
    } finally {
      lock.unlock();
    }
  }

  void add(ChunkKey key, Chunk chunk) {
    lock.lock();
    try {
      Chunk before = chunks.put(key, chunk);
      weight += chunk.weight() - (before == null ? 0 : before.weight());
      Iterator<Chunk> oldest = chunks.values().iterator();
      while (weight > maxWeight && oldest.hasNext()) {
        weight -= oldest.next().weight();
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  void remove(ChunkKey key) {
    lock.lock();
    try {
      Chunk before = chunks.remove(key);
      weight -= before == null ? 0 : before.weight();
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
          weight -= entry.getValue().weight();
          each.remove();
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
