package heddle.afs.cell;

import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The calls of the file server that change nothing and take no lock.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg; src/viced/afsfileprocs.c (behaviour).
 */
final class ReadCalls {
  private final FileServerState server;
  private final AccessTexts accessTexts;

  ReadCalls(FileServerState server) {
    this.server = server;
    this.accessTexts = new AccessTexts(server.people());
  }

  /** What is found at a fid, and the promise that was given before it was looked at. */
  private record Found(Volume volume, Access access, CallbackPromise promise) {}

  /** A check of what somebody may. */
  @FunctionalInterface
  private interface Check {
    void of(Access access) throws Refusal;
  }

  /** Looks at a vnode, checks that the requester may, and promises him to tell of changes. */
  private Found find(WireFid fid, Requester requester, Check check) throws Refusal {
    Volume volume = server.volumes().serving(fid.volume());
    check.of(server.access(volume, volume.vnode(fid), requester));
    CallbackPromise promise = server.promise(volume, fid, requester);
    Access access = server.access(volume, volume.vnode(fid), requester);
    check.of(access); // as it is now that changes are told
    return new Found(volume, access, promise);
  }

  XdrWriter fetchStatus(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    request.end();
    Found found = find(fid, server.requester(request), Access::requireStatus);
    XdrWriter out = new XdrWriter();
    server.status(found.volume, found.access).writeTo(out);
    found.promise.writeTo(out);
    found.volume.sync().writeTo(out);
    return out;
  }

  XdrWriter fetchData64(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    long offset = request.in().int64();
    long length = request.in().int64();
    request.end();
    return fetchData(request, fid, new Range(offset, length), XdrWriter::int64);
  }

  XdrWriter fetchData(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    Range range = new Range(request.in().int32(), request.in().int32());
    request.end();
    return fetchData(request, fid, range, (out, count) -> out.int32((int) count));
  }

  /** Bytes that were asked for. */
  private record Range(long offset, long length) {}

  /** Appends the number of bytes in the form of the call. */
  @FunctionalInterface
  private interface CountWriter {
    void write(XdrWriter out, long count);
  }

  private XdrWriter fetchData(Request request, WireFid fid, Range range, CountWriter countWriter)
      throws IOException {
    if (range.offset < 0 || range.length < 0) {
      throw Refusal.of(Errno.EINVAL);
    }
    Found found = find(fid, server.requester(request), Access::requireData);
    Vnode vnode = found.access.vnode();
    long count = Math.clamp(vnode.data().length() - range.offset, 0, range.length);
    XdrWriter before = new XdrWriter();
    countWriter.write(before, count);
    request.write(before.toByteBuffer());
    switch (vnode.data()) {
      case VnodeData.Bytes bytes -> bytes.content().writeTo(request::write, range.offset, count);
      case VnodeData.Names names -> {
        ByteBuffer all = names.names().bytes();
        request.write(all.slice((int) Math.min(range.offset, all.limit()), (int) count));
      }
    }
    XdrWriter out = new XdrWriter();
    server.status(found.volume, found.access).writeTo(out);
    found.promise.writeTo(out);
    found.volume.sync().writeTo(out);
    return out;
  }

  XdrWriter fetchAcl(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    request.end();
    Requester requester = server.requester(request);
    Volume volume = server.volumes().serving(fid.volume());
    Vnode vnode = volume.vnode(fid);
    Access access = server.access(volume, vnode, requester);
    access.requireAccessList();
    XdrWriter out = new XdrWriter();
    AccessControlList list = volume.guardian(vnode).directory().accessList();
    out.opaque(accessTexts.format(list), FileService.MAX_ACL_BYTES);
    server.status(volume, access).writeTo(out);
    volume.sync().writeTo(out);
    return out;
  }

  /** BulkStatus, which one bad fid fails. */
  XdrWriter bulkStatus(Request request) throws IOException {
    List<WireFid> fids = readFids(request.in());
    request.end();
    Requester requester = server.requester(request);
    Bulk bulk = new Bulk(fids.size());
    for (WireFid fid : fids) {
      bulk.add(find(fid, requester, Access::requireStatus));
    }
    return bulk.reply();
  }

  /** InlineBulkStatus, where each fid has a status or an error. */
  XdrWriter inlineBulkStatus(Request request) throws IOException {
    List<WireFid> fids = readFids(request.in());
    request.end();
    Requester requester = server.requester(request);
    Bulk bulk = new Bulk(fids.size());
    for (WireFid fid : fids) {
      try {
        bulk.add(find(fid, requester, Access::requireStatus));
      } catch (Refusal e) {
        bulk.add(requester.host().translatesErrors() ? e.unifiedCode() : e.plainCode());
      }
    }
    return bulk.reply();
  }

  static List<WireFid> readFids(XdrReader in) throws IOException {
    int count = in.arrayLength(FileService.MAX_BULK_FIDS);
    List<WireFid> fids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fids.add(WireFid.readFrom(in));
    }
    return fids;
  }

  /** The reply to a bulk call while it grows: all statuses come before all promises. */
  private final class Bulk {
    private final XdrWriter statuses = new XdrWriter();
    private final XdrWriter promises = new XdrWriter();
    private Optional<Volume> firstVolume = Optional.empty();

    Bulk(int count) {
      statuses.int32(count);
      promises.int32(count);
    }

    void add(Found found) {
      firstVolume = firstVolume.or(() -> Optional.of(found.volume));
      server.status(found.volume, found.access).writeTo(statuses);
      found.promise.writeTo(promises);
    }

    void add(int errorCode) {
      FetchStatus.writeError(statuses, errorCode);
      CallbackPromise.NONE.writeTo(promises);
    }

    XdrWriter reply() {
      statuses.fixedOpaque(promises.toByteArray());
      firstVolume.ifPresentOrElse(
          volume -> volume.sync().writeTo(statuses), () -> Replies.noSync(statuses));
      return statuses;
    }
  }

  /** Lookup, which OpenAFS has for translators of DFS only and refuses to others. */
  XdrWriter lookup(Request request) throws IOException {
    WireFid directory = WireFid.readFrom(request.in());
    byte[] name = request.in().opaque(FileService.MAX_NAME_BYTES);
    request.end();
    Requester requester = server.requester(request);
    Volume volume = server.volumes().serving(directory.volume());
    Access parent = server.access(volume, volume.vnode(directory), requester);
    parent.requireData();
    var entry = parent.vnode().names().lookUp(name).orElseThrow(() -> Refusal.of(Errno.ENOENT));
    WireFid fid = new WireFid(volume.id(), entry.vnode(), entry.uniquifier());
    Found found = find(fid, requester, Access::requireStatus);
    XdrWriter out = new XdrWriter();
    fid.writeTo(out);
    server.status(volume, found.access).writeTo(out);
    server.status(volume, parent).writeTo(out);
    found.promise.writeTo(out);
    volume.sync().writeTo(out);
    return out;
  }
}
