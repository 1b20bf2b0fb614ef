package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.location.Volume;
import heddle.afs.location.VolumeChoice;
import heddle.afs.location.VolumeLocator;
import heddle.afs.rpc.VolumeType;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds the volumes that mount points lead to.
 *
 * <p>A regular mount point leads from a read-only volume, or into another cell, to the read-only
 * volume if there is one; else to the read-write one. A read-write mount point, or a name with a
 * suffix, leads exactly where it says.
 *
 * <p>Protocol source: OpenAFS src/afs/VNOPS/afs_vnop_lookup.c, EvalMountData (behaviour).
 */
final class MountResolver {
  private static final Duration BELIEVED_FOR = Duration.ofHours(1);

  /** Which volume is meant. */
  record Name(String cell, String volume, VolumeChoice choice) {}

  private final VolumeLocator locator;
  private final ContentsFetcher contents;
  private final VnodeTable table;
  private final Lifetime lifetime;

  MountResolver(
      VolumeLocator locator, ContentsFetcher contents, VnodeTable table, Lifetime lifetime) {
    this.locator = locator;
    this.contents = contents;
    this.table = table;
    this.lifetime = lifetime;
  }

  /** Returns the root directory of the volume that {@code mountPoint} leads to. */
  Vnode target(Vnode mountPoint, KnownStatus known, Request request) throws AfsException {
    Contents.Mount mount = contents.mount(mountPoint, known, request);
    Optional<Contents.Resolved> before = mount.resolved();
    if (before.isPresent() && isBelieved(before.get())) {
      return table.root(before.get().volume());
    }
    Contents.Resolved resolved =
        renew(before, part -> resolve(mountPoint, mount.point(), part), request);
    mountPoint.keep(
        new Contents.Mount(
            mount.dataVersion(), mount.instance(), mount.point(), Optional.of(resolved)));
    return table.root(resolved.volume());
  }

  /** Looks a volume up. */
  @FunctionalInterface
  private interface LookUp {
    Contents.Resolved now(Request request) throws AfsException;
  }

  /** Looks a volume up by name, again if it was looked up before. */
  Contents.Resolved find(Name name, Optional<Contents.Resolved> before, Request request)
      throws AfsException {
    if (before.isPresent() && isBelieved(before.get())) {
      return before.get();
    }
    return renew(before, part -> find(name, part), request);
  }

  /** An answer that is too old is better than none. */
  private Contents.Resolved renew(
      Optional<Contents.Resolved> before, LookUp lookUp, Request request) throws AfsException {
    if (before.isEmpty() || before.get().volume().volume().isGone()) {
      return lookUp.now(request);
    }
    long nowNanos = lifetime.clock().nanoTime();
    try {
      return lookUp.now(request.part(nowNanos, VolumeLocator.RENEWAL_LIMIT));
    } catch (AfsException.ServersUnreachable e) {
      return new Contents.Resolved(before.get().volume(), nowNanos);
    }
  }

  private boolean isBelieved(Contents.Resolved resolved) {
    long age = lifetime.clock().nanoTime() - resolved.sinceNanos();
    return age < BELIEVED_FOR.toNanos() && !resolved.volume().volume().isGone();
  }

  private Contents.Resolved resolve(Vnode mountPoint, MountPoint point, Request request)
      throws AfsException {
    Volume from = mountPoint.volume().volume();
    String cell = cell(point, from);
    Contents.Resolved resolved =
        find(new Name(cell, point.volume(), choice(point, from, cell)), request);
    if (from.type() == VolumeType.BACKUP
        && resolved.volume().volume().type() == VolumeType.BACKUP) {
      throw new AfsException.NoSuchVolume("a mount point leads from backup to backup volume");
    }
    return resolved;
  }

  private String cell(MountPoint point, Volume from) throws AfsException {
    if (point.cell().isEmpty()) {
      return from.cell();
    }
    return locator.cellName(point.cell().get());
  }

  private static VolumeChoice choice(MountPoint point, Volume from, String cell) {
    return switch (point.suffix()) {
      case READ_ONLY -> VolumeChoice.READ_ONLY;
      case BACKUP -> VolumeChoice.BACKUP;
      case READ_WRITE ->
          switch (point.kind()) {
            case READ_WRITE -> VolumeChoice.READ_WRITE;
            case REGULAR ->
                from.isReadOnly() || !cell.equals(from.cell())
                    ? VolumeChoice.READ_ONLY_PREFERRED
                    : VolumeChoice.READ_WRITE_PREFERRED;
          };
    };
  }

  private Contents.Resolved find(Name name, Request request) throws AfsException {
    long nowNanos = lifetime.clock().nanoTime();
    Volume found = locator.find(name.cell(), name.volume(), name.choice(), request);
    return new Contents.Resolved(table.volume(found), nowNanos);
  }
}
