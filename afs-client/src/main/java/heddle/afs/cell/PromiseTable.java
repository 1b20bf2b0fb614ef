package heddle.afs.cell;

import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.WireFid;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Which clients were promised to hear of a change of which vnodes. A read-only volume is promised
 * as a whole, under vnode 0. Thread-safe.
 *
 * <p>Whoever gives a promise gives it before he looks at what he promises about; whoever makes a
 * change takes the promises after he has made it. So no client keeps a promise about something
 * older than what it was told.
 *
 * <p>Protocol source: OpenAFS src/viced/callback.c (behaviour). Deviation: where the table is full
 * there are no promises, instead of fewer for others.
 */
final class PromiseTable {
  static final Duration LIFETIME = Duration.ofHours(1);

  private final int maxPromises;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<WireFid, Map<ClientHost, Long>> byFid = new HashMap<>(); // until when
  private final Map<ClientHost, Set<WireFid>> byHost = new HashMap<>();
  private int count;

  PromiseTable(int maxPromises, LongSupplier nanoTime) {
    this.maxPromises = maxPromises;
    this.nanoTime = nanoTime;
  }

  /** Gives a promise, or none if there is no room. */
  CallbackPromise promise(ClientHost host, WireFid fid) {
    lock.lock();
    try {
      if (count >= maxPromises) {
        dropExpired();
      }
      Map<ClientHost, Long> hosts = byFid.get(fid);
      boolean renewed = hosts != null && hosts.containsKey(host);
      if (!renewed && count >= maxPromises) {
        return CallbackPromise.NONE;
      }
      long until = nanoTime.getAsLong() + LIFETIME.toNanos();
      byFid.computeIfAbsent(fid, key -> new HashMap<>()).put(host, until);
      byHost.computeIfAbsent(host, key -> new HashSet<>()).add(fid);
      count += renewed ? 0 : 1;
      return new CallbackPromise(1, LIFETIME, CallbackPromise.SHARED);
    } finally {
      lock.unlock();
    }
  }

  private void dropExpired() {
    long now = nanoTime.getAsLong();
    byFid.forEach(
        (fid, hosts) ->
            hosts
                .entrySet()
                .removeIf(
                    each -> {
                      boolean over = each.getValue() - now < 0;
                      if (over) {
                        forget(each.getKey(), fid);
                      }
                      return over;
                    }));
    byFid.values().removeIf(Map::isEmpty);
  }

  private void forget(ClientHost host, WireFid fid) {
    count--;
    byHost.computeIfPresent(
        host,
        (key, fids) -> {
          fids.remove(fid);
          return fids.isEmpty() ? null : fids;
        });
  }

  /** Ends all promises about a vnode; returns who had them. */
  Set<ClientHost> takeAll(WireFid fid) {
    lock.lock();
    try {
      Map<ClientHost, Long> hosts = byFid.remove(fid);
      if (hosts == null) {
        return Set.of();
      }
      hosts.keySet().forEach(host -> forget(host, fid));
      return hosts.keySet();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the promises about a vnode to all but one; returns who had them. */
  Set<ClientHost> takeOthers(WireFid fid, ClientHost except) {
    lock.lock();
    try {
      Map<ClientHost, Long> hosts = byFid.get(fid);
      Long kept = hosts == null ? null : hosts.get(except);
      Set<ClientHost> taken = new HashSet<>(takeAll(fid));
      if (kept != null) {
        taken.remove(except);
        byFid.computeIfAbsent(fid, key -> new HashMap<>()).put(except, kept);
        byHost.computeIfAbsent(except, key -> new HashSet<>()).add(fid);
        count++;
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** A client gives promises up. */
  void giveUp(ClientHost host, Collection<WireFid> fids) {
    lock.lock();
    try {
      for (WireFid fid : fids) {
        Map<ClientHost, Long> hosts = byFid.get(fid);
        if (hosts != null && hosts.remove(host) != null) {
          forget(host, fid);
          if (hosts.isEmpty()) {
            byFid.remove(fid);
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** A client has no promises any more; returns whether it had some. */
  boolean giveUpAll(ClientHost host) {
    lock.lock();
    try {
      Set<WireFid> fids = byHost.get(host);
      if (fids == null) {
        return false;
      }
      giveUp(host, List.copyOf(fids));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody has any promise any more, and nobody is told. */
  void forgetAll() {
    lock.lock();
    try {
      byFid.clear();
      byHost.clear();
      count = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a client has a promise about a vnode. */
  boolean has(ClientHost host, WireFid fid) {
    lock.lock();
    try {
      return byFid.getOrDefault(fid, Map.of()).containsKey(host);
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many promises there are, those that have expired unnoticed among them. */
  int size() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }
}
