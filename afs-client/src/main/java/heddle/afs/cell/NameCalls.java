package heddle.afs.cell;

import heddle.afs.AccessRights;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.time.Instant;

/**
 * The calls of the file server that make and remove names; {@link RenameCall} moves them.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg; src/viced/afsfileprocs.c, SAFSS_CreateFile,
 * SAFSS_MakeDir, SAFSS_Symlink, SAFSS_Link, DeleteTarget (behaviour): which versions move, whose
 * promises are broken, and which errors come.
 */
final class NameCalls {
  private static final int ANY_EXECUTE = 0111;
  private static final byte[] NO_TEXT = {};

  private final FileServerState server;

  NameCalls(FileServerState server) {
    this.server = server;
  }

  /** A name in a directory. */
  @SuppressWarnings("ArrayRecordComponent") // one owner: nobody changes or compares it
  record Name(WireFid directory, byte[] bytes) {
    static Name readFrom(XdrReader in) throws IOException {
      return new Name(WireFid.readFrom(in), in.opaque(FileService.MAX_NAME_BYTES));
    }

    /** Fails unless a vnode may have the name. */
    void requireUsable() throws Refusal {
      Names.requireUsable(bytes);
    }
  }

  /**
   * What is to be made.
   *
   * @param text the contents of a symbolic link
   */
  @SuppressWarnings("ArrayRecordComponent") // one owner: nobody changes or compares it
  private record Blank(VnodeType type, byte[] text, StoreStatus status) {
    boolean isMountPoint() {
      return type == VnodeType.SYMLINK
          && status.sets(StoreStatus.SET_MODE)
          && (status.mode() & ANY_EXECUTE) == 0;
    }
  }

  XdrWriter createFile(Request request) throws IOException {
    Name name = Name.readFrom(request.in());
    StoreStatus status = StoreStatus.readFrom(request.in());
    request.end();
    return make(request, name, new Blank(VnodeType.FILE, NO_TEXT, status));
  }

  XdrWriter makeDir(Request request) throws IOException {
    Name name = Name.readFrom(request.in());
    StoreStatus status = StoreStatus.readFrom(request.in());
    request.end();
    return make(request, name, new Blank(VnodeType.DIRECTORY, NO_TEXT, status));
  }

  XdrWriter symlink(Request request) throws IOException {
    Name name = Name.readFrom(request.in());
    byte[] target = request.in().opaque(FileService.MAX_LINK_BYTES);
    StoreStatus status = StoreStatus.readFrom(request.in());
    request.end();
    return make(request, name, new Blank(VnodeType.SYMLINK, target, status));
  }

  private XdrWriter make(Request request, Name name, Blank blank) throws IOException {
    Requester requester = server.requester(request);
    name.requireUsable();
    Volume volume = server.writable(name.directory());
    return server.change(
        volume,
        requester,
        (change, breaks) -> {
          Vnode parent = directory(volume, name.directory(), AccessRights.INSERT, requester);
          if (blank.isMountPoint()) {
            server.access(volume, parent, requester).requireMountPoint();
          }
          Vnode made = make(volume, change, parent, blank, requester);
          Vnode changed = withName(parent, name.bytes(), made);
          if (blank.type() == VnodeType.DIRECTORY) {
            changed =
                changed.with(
                    changed.attributes().withLinkCount(changed.attributes().linkCount() + 1));
          }
          change.put(written(changed, requester));
          breaks.others(name.directory());
          return madeReply(volume, change, made, name.directory(), requester);
        });
  }

  private static Vnode make(
      Volume volume, VolumeChange change, Vnode parent, Blank blank, Requester requester)
      throws IOException {
    VnodeNumbers.Next next = change.allocate(blank.type());
    VnodeData data =
        switch (blank.type()) {
          case DIRECTORY ->
              new VnodeData.Names(
                  DirectoryContents.empty(
                      next.number(), next.uniquifier(), parent.number(), parent.uniquifier()),
                  parent.directory().accessList());
          case FILE -> new VnodeData.Bytes(Content.EMPTY);
          case SYMLINK ->
              new VnodeData.Bytes(Content.small(blank.text(), volume.storage().blocks()));
        };
    change.requireRoom(Vnode.blocks(data.length()));
    Attributes attributes =
        Attributes.made(
                requester.who().id(),
                parent.attributes().group(),
                blank.type() == VnodeType.DIRECTORY ? 2 : 1,
                parent.number(),
                Instant.now().getEpochSecond())
            .with(blank.status());
    return change.put(new Vnode(next.number(), next.uniquifier(), blank.type(), attributes, data));
  }

  /** Returns a directory in which the requester has a right. */
  private Vnode directory(Volume volume, WireFid fid, int right, Requester requester)
      throws Refusal {
    Vnode directory = volume.vnode(fid);
    directory.directory();
    server.access(volume, directory, requester).require(right);
    return directory;
  }

  /** Returns the directory with one name more. */
  static Vnode withName(Vnode directory, byte[] name, Vnode target) throws Refusal {
    if (directory.names().lookUp(name).isPresent()) {
      throw Refusal.of(Errno.EEXIST);
    }
    return directory.with(
        directory
            .names()
            .with(name, target.number(), target.uniquifier())
            .orElseThrow(() -> Refusal.of(Errno.EFBIG)));
  }

  /** Returns the directory without a name, which is there. */
  static Vnode withoutName(Vnode directory, byte[] name) throws Refusal {
    return directory.with(
        directory.names().without(name).orElseThrow(() -> Refusal.of(Errno.ENOENT)));
  }

  /** Returns the directory after a change of its names. */
  static Vnode written(Vnode directory, Requester requester) {
    long now = Instant.now().getEpochSecond();
    return directory.with(directory.attributes().written(requester.who().id(), now));
  }

  private XdrWriter madeReply(
      Volume volume, VolumeChange change, Vnode made, WireFid directory, Requester requester)
      throws Refusal {
    Vnode parent = change.vnode(directory.vnode(), directory.uniquifier());
    WireFid fid = volume.fid(made);
    XdrWriter out = new XdrWriter();
    fid.writeTo(out);
    server
        .status(volume, Access.of(volume, made, guardian(made, parent), requester.who()))
        .writeTo(out);
    server.status(volume, Access.of(volume, parent, parent, requester.who())).writeTo(out);
    if (made.type() != VnodeType.SYMLINK) {
      CallbackPromise promise = server.promise(volume, fid, requester);
      promise.writeTo(out);
    }
    volume.sync().writeTo(out);
    return out;
  }

  private static Vnode guardian(Vnode vnode, Vnode parent) {
    return vnode.isDirectory() ? vnode : parent;
  }

  XdrWriter link(Request request) throws IOException {
    Name name = Name.readFrom(request.in());
    WireFid existing = WireFid.readFrom(request.in());
    request.end();
    Requester requester = server.requester(request);
    if (name.directory().volume() != existing.volume()) {
      throw Refusal.of(Errno.EXDEV);
    }
    name.requireUsable();
    Volume volume = server.writable(name.directory());
    return server.change(
        volume,
        requester,
        (change, breaks) -> {
          Vnode parent = directory(volume, name.directory(), AccessRights.INSERT, requester);
          Vnode file = volume.vnode(existing);
          if (file.type() != VnodeType.FILE) {
            throw Refusal.of(Errno.EISDIR);
          }
          if (file.attributes().parent() != parent.number()) {
            throw Refusal.of(Errno.EXDEV);
          }
          Vnode changed = change.put(written(withName(parent, name.bytes(), file), requester));
          Vnode linked = change.put(withLinks(file, 1));
          breaks.others(name.directory());
          breaks.others(existing);
          XdrWriter out = new XdrWriter();
          server.status(volume, Access.of(volume, linked, changed, requester.who())).writeTo(out);
          server.status(volume, Access.of(volume, changed, changed, requester.who())).writeTo(out);
          volume.sync().writeTo(out);
          return out;
        });
  }

  /** Returns the vnode with so many names more. */
  static Vnode withLinks(Vnode vnode, int more) {
    Attributes attributes = vnode.attributes();
    return vnode.with(
        attributes
            .withLinkCount(attributes.linkCount() + more)
            .touched(Instant.now().getEpochSecond()));
  }

  XdrWriter removeFile(Request request) throws IOException {
    return remove(request, VnodeType.FILE);
  }

  XdrWriter removeDir(Request request) throws IOException {
    return remove(request, VnodeType.DIRECTORY);
  }

  private XdrWriter remove(Request request, VnodeType wanted) throws IOException {
    Name name = Name.readFrom(request.in());
    request.end();
    Requester requester = server.requester(request);
    Volume volume = server.writable(name.directory());
    return server.change(
        volume,
        requester,
        (change, breaks) -> {
          Vnode parent = directory(volume, name.directory(), AccessRights.DELETE, requester);
          Names.requireNoDots(name.bytes());
          Vnode removed = Names.target(volume, parent, name.bytes());
          requireRemovable(removed, wanted);
          Vnode changed = withoutName(parent, name.bytes());
          if (removed.isDirectory()) {
            changed =
                changed.with(
                    changed.attributes().withLinkCount(changed.attributes().linkCount() - 1));
          }
          Vnode left = change.put(written(changed, requester));
          unlink(volume, change, removed, breaks);
          breaks.others(name.directory());
          XdrWriter out = new XdrWriter();
          server.status(volume, Access.of(volume, left, left, requester.who())).writeTo(out);
          volume.sync().writeTo(out);
          return out;
        });
  }

  private static void requireRemovable(Vnode vnode, VnodeType wanted) throws Refusal {
    if (wanted == VnodeType.DIRECTORY && !vnode.isDirectory()) {
      throw Refusal.of(Errno.ENOTDIR);
    }
    if (wanted != VnodeType.DIRECTORY && vnode.isDirectory()) {
      throw Refusal.of(Errno.EISDIR);
    }
    if (vnode.isDirectory()) {
      Names.requireEmpty(vnode);
    }
  }

  /** One name of a vnode is gone; with the last one the vnode goes too, and nobody is told. */
  static void unlink(Volume volume, VolumeChange change, Vnode vnode, CallbackBreaks breaks) {
    if (vnode.isDirectory() || vnode.attributes().linkCount() <= 1) {
      change.remove(vnode);
      volume.locks().forget(vnode.number());
      breaks.nobody(volume.fid(vnode));
    } else {
      change.put(withLinks(vnode, -1));
      breaks.all(volume.fid(vnode)); // the changer's too: no reply tells it
    }
  }
}
