package heddle.afs.vnode;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import heddle.afs.Fid;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.callback.CallbackTable;
import heddle.afs.callback.IdlePromises;
import heddle.afs.location.Volume;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All vnodes that are known, one object each. Thread-safe.
 *
 * <p>Those used lately are kept, up to a weight; of the others each stays as long as somebody holds
 * it, so that there are never two for one fid.
 */
public final class VnodeTable {
  private record VolumeKey(String cell, int id) {}

  private final CallbackTable callbacks;
  private final IdlePromises idle;
  private final Cache<Fid, Vnode> all =
      Caffeine.newBuilder().executor(Runnable::run).weakValues().build();
  private final Cache<Fid, Vnode> recent;
  private final ConcurrentHashMap<VolumeKey, MountedVolume> volumes = new ConcurrentHashMap<>();

  /**
   * Creates an empty table.
   *
   * @param idle takes the promises about what is not kept
   * @param maxBytes greatest weight of the vnodes that are kept though nobody holds them
   */
  public VnodeTable(CallbackTable callbacks, IdlePromises idle, long maxBytes) {
    this.callbacks = callbacks;
    this.idle = idle;
    recent =
        Caffeine.newBuilder()
            .executor(Runnable::run) // its upkeep is shorter than waking a thread for it
            .maximumWeight(maxBytes)
            .weigher((Fid fid, Vnode vnode) -> vnode.weight())
            .evictionListener((fid, vnode, cause) -> evicted(vnode))
            .build();
  }

  /** Of a read-only volume there is one promise about all of its files. */
  private void evicted(@Nullable Vnode vnode) {
    if (vnode != null && !vnode.volume().volume().isReadOnly()) {
      vnode.promise().ifPresent(grant -> idle.offer(vnode.watched(), grant));
    }
  }

  /** Gives promises up that nobody has needed for long; blocks for servers. */
  void giveUpIdle() {
    idle.round(this::isNeeded);
  }

  /** Returns whether it is among those used lately. */
  boolean isKept(Fid fid) {
    return recent.asMap().containsKey(fid);
  }

  private boolean isNeeded(Fid fid) {
    if (isKept(fid)) {
      return true;
    }
    Vnode vnode = all.getIfPresent(fid);
    return vnode != null && (vnode.isOpen() || vnode.dirtyIfAny() != null);
  }

  MountedVolume volume(Volume volume) {
    return volumes.computeIfAbsent(
        new VolumeKey(volume.cell(), volume.id()), key -> new MountedVolume(volume, callbacks));
  }

  Vnode root(MountedVolume volume) {
    return vnode(volume.rootFid(), volume);
  }

  /** Returns the one vnode of that fid. */
  Vnode vnode(Fid fid, MountedVolume volume) {
    Vnode vnode = recent.getIfPresent(fid);
    if (vnode != null) {
      return vnode;
    }
    vnode = all.get(fid, key -> new Vnode(callbacks.watch(key), volume));
    recent.put(fid, vnode);
    return vnode;
  }

  /** Returns the vnode that an entry of a directory names. */
  Vnode entry(Vnode directory, DirectoryContents.Entry entry) {
    Fid parent = directory.fid();
    return vnode(
        new Fid(parent.cell(), parent.volume(), entry.vnode(), entry.uniquifier()),
        directory.volume());
  }

  /** Has a vnode be one of those used lately that may not have stayed there until now. */
  void keep(Vnode vnode) {
    if (!isKept(vnode.fid())) {
      recent.put(vnode.fid(), vnode);
    }
  }

  /** Takes note that the weight of {@code vnode} has changed. */
  void reweigh(Vnode vnode) {
    recent.put(vnode.fid(), vnode);
  }

  /** Forgets names, targets of links and the like of all vnodes with such fids. */
  void forgetContents(Predicate<Fid> which) {
    all.asMap()
        .forEach(
            (fid, vnode) -> {
              if (which.test(fid)) {
                vnode.forgetContents();
              }
            });
  }
}
