package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.Fid;
import heddle.afs.FileLocation;
import heddle.afs.FileType;
import heddle.afs.FsOperations;
import heddle.afs.VolumeUpdate;
import heddle.afs.auth.Caller;
import heddle.afs.location.Request;
import heddle.afs.location.Volume;
import heddle.afs.location.VolumeChoice;
import heddle.afs.rpc.StoreVolumeStatus;
import heddle.afs.rpc.VolumeType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;

/** What the {@code fs} command asks for, beside what mounts do. Thread-safe. */
final class FsCommands implements FsOperations {
  private final FileSystem files;
  private final PathWalker walker;
  private final Fetchers fetchers;
  private final FileSystem.Parts parts;
  private final FileSystem.Caches caches;

  FsCommands(
      FileSystem files,
      PathWalker walker,
      Fetchers fetchers,
      FileSystem.Parts parts,
      FileSystem.Caches caches) {
    this.files = files;
    this.walker = walker;
    this.fetchers = fetchers;
    this.parts = parts;
    this.caches = caches;
  }

  @Override
  public FileLocation locate(Caller caller, AfsPath path) throws AfsException {
    Place place = walker.resolve(path, PathWalker.LastLink.FOLLOW, files.begin(caller));
    return switch (place) {
      case DynamicRoot root -> new FileLocation(root.fid(), "", List.of());
      case CellMount mount -> new FileLocation(mount.fid(), "", List.of());
      case Vnode vnode -> location(vnode);
    };
  }

  private static FileLocation location(Vnode vnode) {
    Volume volume = vnode.volume().volume();
    List<InetAddress> servers =
        volume.serversInOrder().stream()
            .flatMap(server -> server.address().map(InetSocketAddress::getAddress).stream())
            .toList();
    return new FileLocation(vnode.fid(), volume.name(), servers);
  }

  @Override
  public Fid literalFid(Caller caller, AfsPath path) throws AfsException {
    return child(path, files.begin(caller)).vnode().fid();
  }

  @Override
  public String mountPoint(Caller caller, AfsPath path) throws AfsException {
    Request request = files.begin(caller);
    BulkStatusFetcher.Child child = child(path, request);
    KnownStatus known = fetchers.bulk().status(child, request);
    if (known.status().type() != FileType.MOUNT_POINT) {
      throw new AfsException.InvalidArgument(path + " is no mount point");
    }
    return fetchers.contents().mount(child.vnode(), known, request).point().toString();
  }

  /** Returns the entry of a directory that a path names. */
  private BulkStatusFetcher.Child child(AfsPath path, Request request) throws AfsException {
    if (path.nameCount() > 0
        && !OpenDirectory.isDots(path.name(path.nameCount() - 1))
        && walker.resolve(path.parent(), PathWalker.LastLink.FOLLOW, request)
            instanceof Vnode directory) {
      return walker.lookUp(directory, path.name(path.nameCount() - 1), request);
    }
    throw new AfsException.InvalidArgument(path + " is no entry of a directory in a volume");
  }

  @Override
  public void setVolumeStatus(Caller caller, AfsPath path, VolumeUpdate update)
      throws AfsException {
    Request request = files.begin(caller);
    Vnode vnode = vnode(path, PathWalker.LastLink.FOLLOW, request);
    StoreVolumeStatus status = StoreVolumeStatus.NOTHING;
    if (update.quota().isPresent()) {
      status = status.withMaxQuota(update.quota().getAsInt());
    }
    if (update.offlineMessage().isPresent()) {
      status = status.withOfflineMessage(update.offlineMessage().get());
    }
    StoreVolumeStatus wanted = status;
    Volume volume = vnode.volume().volume();
    parts
        .operations()
        .change(
            volume,
            request,
            () -> "setting the status",
            (calls, server) -> {
              calls.setVolumeStatus(volume.id(), wanted);
              return true;
            });
  }

  private Vnode vnode(AfsPath path, PathWalker.LastLink lastLink, Request request)
      throws AfsException {
    if (walker.resolve(path, lastLink, request) instanceof Vnode vnode) {
      return vnode;
    }
    throw new AfsException.InvalidArgument(path + " is made up by the client");
  }

  @Override
  public boolean volumeExists(String cell, String volume) throws AfsException {
    VolumeType suffix = VolumeType.ofName(volume);
    String plain = volume.substring(0, volume.length() - suffix.suffix().length());
    VolumeChoice choice =
        switch (suffix) {
          case READ_WRITE -> VolumeChoice.READ_WRITE_PREFERRED;
          case READ_ONLY -> VolumeChoice.READ_ONLY;
          case BACKUP -> VolumeChoice.BACKUP;
        };
    try {
      parts.locator().find(cell, plain, choice, files.begin(Caller.anonymous()));
      return true;
    } catch (AfsException.NoSuchVolume e) {
      return false;
    }
  }

  @Override
  public void flush(Caller caller, AfsPath path) throws AfsException {
    Request request = files.begin(caller);
    boolean isCell = walker.resolve(path, PathWalker.LastLink.KEEP, request) instanceof CellMount;
    Vnode vnode =
        vnode(path, isCell ? PathWalker.LastLink.FOLLOW : PathWalker.LastLink.KEEP, request);
    vnode.forgetContents();
    caches.chunks().forget(vnode.fid()::equals);
    caches.breaker().distrust(vnode.fid());
  }

  @Override
  public void flushVolume(Caller caller, AfsPath path) throws AfsException {
    Vnode vnode = vnode(path, PathWalker.LastLink.FOLLOW, files.begin(caller));
    String cell = vnode.fid().cell();
    int volume = vnode.fid().volume();
    Predicate<Fid> within = fid -> fid.volume() == volume && fid.cell().equals(cell);
    caches.vnodes().forgetContents(within);
    caches.chunks().forget(within);
    caches.breaker().distrustVolume(cell, volume);
  }

  @Override
  public void flushAll() {
    caches.vnodes().forgetContents(fid -> true);
    caches.chunks().forget(fid -> true);
    caches.breaker().distrustAll();
  }
}
