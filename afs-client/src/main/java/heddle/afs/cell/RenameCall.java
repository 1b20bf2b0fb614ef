package heddle.afs.cell;

import heddle.afs.AccessRights;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * The call that moves a name.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg; src/viced/afsfileprocs.c, SAFSS_Rename
 * (behaviour). Deviation: what cannot be done is found out before anything is changed, so that a
 * directory without room does not lose the name that was to be replaced.
 */
final class RenameCall {
  private final FileServerState server;

  RenameCall(FileServerState server) {
    this.server = server;
  }

  XdrWriter rename(Request request) throws IOException {
    NameCalls.Name from = NameCalls.Name.readFrom(request.in());
    NameCalls.Name to = NameCalls.Name.readFrom(request.in());
    request.end();
    Requester requester = server.requester(request);
    to.requireUsable();
    if (from.directory().volume() != to.directory().volume()) {
      throw Refusal.of(Errno.EXDEV);
    }
    Names.requireNoDots(from.bytes());
    Names.requireNoDots(to.bytes());
    Volume volume = server.writable(from.directory());
    return server.change(
        volume,
        requester,
        (change, breaks) -> {
          Move move = plan(volume, from, to, requester);
          make(volume, change, move, requester);
          tell(volume, change, move, breaks);
          return reply(volume, change, move, requester);
        });
  }

  /** A rename that may be done. */
  private record Move(
      NameCalls.Name from, NameCalls.Name to, Vnode moved, Optional<Vnode> replaced) {
    boolean isWithinOne() {
      return from.directory().equals(to.directory());
    }

    boolean changesParentOfDirectory() {
      return moved.isDirectory() && !isWithinOne();
    }
  }

  private Move plan(Volume volume, NameCalls.Name from, NameCalls.Name to, Requester requester)
      throws Refusal {
    Vnode oldParent = volume.vnode(from.directory());
    Vnode newParent = volume.vnode(to.directory());
    oldParent.directory();
    newParent.directory();
    server.access(volume, oldParent, requester).require(AccessRights.DELETE);
    Access toAccess = server.access(volume, newParent, requester);
    toAccess.require(AccessRights.INSERT);
    Vnode moved = Names.target(volume, oldParent, from.bytes());
    if (moved.number() == oldParent.number() || moved.number() == newParent.number()) {
      throw Refusal.of(Errno.ELOOP);
    }
    boolean within = from.directory().equals(to.directory());
    if (!moved.isDirectory() && !within && moved.attributes().linkCount() != 1) {
      throw Refusal.of(Errno.EXDEV);
    }
    Optional<Vnode> replaced = Optional.empty();
    if (newParent.names().lookUp(to.bytes()).isPresent()) {
      toAccess.require(AccessRights.DELETE);
      replaced = Optional.of(Names.target(volume, newParent, to.bytes()));
      requireReplaceable(moved, replaced.get());
    }
    if (moved.isDirectory() && !within) {
      requireNotAbove(volume, moved, newParent);
    }
    return new Move(from, to, moved, replaced);
  }

  private static void requireReplaceable(Vnode moved, Vnode replaced) throws Refusal {
    if (moved.number() == replaced.number()) {
      throw Refusal.of(Errno.EINVAL);
    }
    if (replaced.isDirectory() && !moved.isDirectory()) {
      throw Refusal.of(Errno.EISDIR);
    }
    if (!replaced.isDirectory() && moved.isDirectory()) {
      throw Refusal.of(Errno.ENOTDIR);
    }
    if (replaced.isDirectory()) {
      Names.requireEmpty(replaced);
    }
  }

  /** Fails if a directory would come to be below itself. */
  private static void requireNotAbove(Volume volume, Vnode moved, Vnode newParent) throws Refusal {
    Vnode above = newParent;
    while (!above.isRoot()) { // ends: directories of a volume are a tree
      above = volume.vnode(above.attributes().parent()).orElseThrow(() -> Refusal.of(Errno.EIO));
      if (above.number() == moved.number()) {
        throw Refusal.of(Errno.ELOOP);
      }
    }
  }

  private static void make(Volume volume, VolumeChange change, Move move, Requester requester)
      throws IOException {
    Vnode newParent = volume.vnode(move.to.directory());
    if (move.replaced.isPresent()) {
      newParent = NameCalls.withoutName(newParent, move.to.bytes());
    }
    newParent = NameCalls.withName(newParent, move.to.bytes(), move.moved);
    int replacedDirectories = move.replaced.filter(Vnode::isDirectory).isPresent() ? 1 : 0;
    if (move.isWithinOne()) {
      Vnode parent = NameCalls.withoutName(newParent, move.from.bytes());
      change.put(NameCalls.written(withLinks(parent, -replacedDirectories), requester));
      change.put(touched(move.moved));
      return;
    }
    int movedDirectories = move.moved.isDirectory() ? 1 : 0;
    Vnode oldParent = NameCalls.withoutName(volume.vnode(move.from.directory()), move.from.bytes());
    change.put(NameCalls.written(withLinks(oldParent, -movedDirectories), requester));
    Vnode target =
        change.put(
            NameCalls.written(
                withLinks(newParent, movedDirectories - replacedDirectories), requester));
    Vnode moved = touched(move.moved.with(move.moved.attributes().withParent(target.number())));
    if (moved.isDirectory()) {
      Attributes attributes = moved.attributes();
      moved =
          Names.withParent(moved, target)
              .with(attributes.withDataVersion(attributes.dataVersion() + 1));
    }
    change.put(moved);
  }

  private static Vnode withLinks(Vnode directory, int more) {
    Attributes attributes = directory.attributes();
    return directory.with(attributes.withLinkCount(attributes.linkCount() + more));
  }

  private static Vnode touched(Vnode vnode) {
    return vnode.with(vnode.attributes().touched(Instant.now().getEpochSecond()));
  }

  private static void tell(Volume volume, VolumeChange change, Move move, CallbackBreaks breaks) {
    move.replaced.ifPresent(vnode -> NameCalls.unlink(volume, change, vnode, breaks));
    breaks.others(move.to.directory());
    breaks.others(move.from.directory());
    if (move.changesParentOfDirectory()) {
      breaks.all(volume.fid(move.moved)); // its ".."; no reply tells it
    }
  }

  private XdrWriter reply(Volume volume, VolumeChange change, Move move, Requester requester)
      throws Refusal {
    XdrWriter out = new XdrWriter();
    for (WireFid fid : new WireFid[] {move.from.directory(), move.to.directory()}) {
      Vnode directory = change.vnode(fid.vnode(), fid.uniquifier());
      server.status(volume, Access.of(volume, directory, directory, requester.who())).writeTo(out);
    }
    volume.sync().writeTo(out);
    return out;
  }
}
