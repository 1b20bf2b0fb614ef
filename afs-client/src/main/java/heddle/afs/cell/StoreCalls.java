package heddle.afs.cell;

import heddle.afs.rpc.FileService;
import heddle.afs.rpc.StoreRange;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.time.Instant;

/**
 * The calls of the file server that change one vnode: its data, status or access list.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg; src/viced/afsfileprocs.c, StoreData_RXStyle,
 * Update_TargetVnodeStatus (behaviour). Deviation: data is received whole before anything is
 * changed, so that a call that breaks off leaves the file as it was.
 */
final class StoreCalls {
  private final FileServerState server;
  private final AccessTexts accessTexts;

  StoreCalls(FileServerState server) {
    this.server = server;
    this.accessTexts = new AccessTexts(server.people());
  }

  XdrWriter storeData64(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    StoreStatus status = StoreStatus.readFrom(request.in());
    return storeData(
        request,
        fid,
        status,
        new StoreRange(request.in().int64(), request.in().int64(), request.in().int64()));
  }

  XdrWriter storeData(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    StoreStatus status = StoreStatus.readFrom(request.in());
    return storeData(
        request,
        fid,
        status,
        new StoreRange(request.in().uint32(), request.in().uint32(), request.in().uint32()));
  }

  private XdrWriter storeData(Request request, WireFid fid, StoreStatus status, StoreRange range)
      throws IOException {
    Requester requester = server.requester(request);
    Volume volume = server.writable(fid);
    checkStore(volume, fid, status, requester);
    checkRoom(volume, fid, range);
    StoredBytes data = receive(request, range, volume);
    return server.change(
        volume,
        requester,
        durability(status),
        (change, breaks) -> {
          Vnode file = checkStore(volume, fid, status, requester);
          Content kept = file.content().cut(range.fileLength());
          Content written = kept.with(data, volume.storage().blocks());
          change.requireRoom(Vnode.blocks(written.length()) - file.blocks());
          change.put(
              file.with(attributesAfterStore(file, status, requester))
                  .with(new VnodeData.Bytes(written)));
          breaks.others(fid);
          return statusReply(volume, change, fid, requester);
        });
  }

  /** Receives the data. They take room beside what they are to replace, so it is kept for them. */
  private static StoredBytes receive(Request request, StoreRange range, Volume volume)
      throws IOException {
    long room = Vnode.blocks(range.length());
    volume.partition().take(room);
    try {
      StoredBytes data =
          StoredBytes.receive(
              request::read, range.offset(), range.length(), volume.storage().blocks());
      request.end();
      return data;
    } finally {
      volume.partition().giveBack(room); // the change takes what it needs
    }
  }

  private static VolumeStorage.Durability durability(StoreStatus status) {
    return status.sets(StoreStatus.SYNC)
        ? VolumeStorage.Durability.SYNC
        : VolumeStorage.Durability.USUAL;
  }

  /** Returns the file, if the requester may store to it. */
  private Vnode checkStore(Volume volume, WireFid fid, StoreStatus status, Requester requester)
      throws Refusal {
    Vnode file = volume.vnode(fid);
    if (file.type() != VnodeType.FILE) {
      throw Refusal.of(Errno.EISDIR);
    }
    server.access(volume, file, requester).requireStoreData(status);
    return file;
  }

  /** Fails before the data is received if there is no place for it. */
  private static void checkRoom(Volume volume, WireFid fid, StoreRange range) throws IOException {
    long end = range.offset() + range.length();
    if (range.offset() < 0 || range.length() < 0 || range.fileLength() < 0 || end < 0) {
      throw Refusal.of(Errno.EINVAL);
    }
    if (end / Block.BYTES > Integer.MAX_VALUE / 2) {
      throw Refusal.of(Errno.EFBIG);
    }
    long more = Vnode.blocks(end) - volume.vnode(fid).blocks();
    new VolumeChange(volume).requireRoom(more);
    if (more > 0) {
      volume.partition().requireRoom(more);
    }
  }

  private static Attributes attributesAfterStore(
      Vnode file, StoreStatus status, Requester requester) {
    long now = Instant.now().getEpochSecond();
    Attributes written = file.attributes().written(requester.who().id(), now);
    return (requester.who().isAdministrator() ? written : written.withoutSetUserId()).with(status);
  }

  XdrWriter storeStatus(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    StoreStatus status = StoreStatus.readFrom(request.in());
    request.end();
    Requester requester = server.requester(request);
    Volume volume = server.writable(fid);
    return server.change(
        volume,
        requester,
        durability(status),
        (change, breaks) -> {
          Vnode vnode = volume.vnode(fid);
          server.access(volume, vnode, requester).requireStoreStatus(status);
          Attributes before = vnode.attributes();
          boolean givenAway =
              status.sets(StoreStatus.SET_OWNER) && !requester.who().isAdministrator();
          Attributes base = givenAway ? before.withoutSetUserId() : before;
          change.put(vnode.with(base.touched(Instant.now().getEpochSecond()).with(status)));
          breaks.others(fid);
          return statusReply(volume, change, fid, requester);
        });
  }

  XdrWriter storeAcl(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    byte[] text = request.in().opaque(FileService.MAX_ACL_BYTES);
    request.end();
    Requester requester = server.requester(request);
    Volume volume = server.writable(fid);
    return server.change(
        volume,
        requester,
        (change, breaks) -> {
          Vnode directory = volume.vnode(fid);
          directory.directory();
          server.access(volume, directory, requester).requireStoreAccessList();
          AccessControlList list = accessTexts.parse(text);
          long now = Instant.now().getEpochSecond();
          change.put(
              directory
                  .with(directory.attributes().touched(now))
                  .with(new VnodeData.Names(directory.names(), list)));
          breaks.others(fid);
          return statusReply(volume, change, fid, requester);
        });
  }

  private XdrWriter statusReply(
      Volume volume, VolumeChange change, WireFid fid, Requester requester) throws IOException {
    Vnode vnode = change.vnode(fid.vnode(), fid.uniquifier());
    Vnode guardian = vnode.isDirectory() ? vnode : volume.guardian(vnode);
    XdrWriter out = new XdrWriter();
    Access access = Access.of(volume, vnode, guardian, requester.who());
    server.status(volume, access).writeTo(out);
    volume.sync().writeTo(out);
    return out;
  }
}
