package heddle.afs.testkit;

import heddle.afs.AccessRights;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.location.CallFailure;
import heddle.afs.location.FileServerCalls;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.BulkStatus;
import heddle.afs.rpc.BulkStatusReply;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.FetchAclReply;
import heddle.afs.rpc.FetchDataReply;
import heddle.afs.rpc.FetchStatusReply;
import heddle.afs.rpc.FetchVolumeStatus;
import heddle.afs.rpc.WireFid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The calls of one caller to a {@link FakeServer} that change nothing. */
abstract class FakeReads implements FileServerCalls {
  static final int EACCES = 13;
  static final int RXGEN_OPCODE = -455;

  final FakeCell cell;
  final FakeServer server;
  final FakeHost host;
  final Caller caller;

  FakeReads(FakeCell cell, FakeServer server, FakeHost host, Caller caller) {
    this.cell = cell;
    this.server = server;
    this.host = host;
    this.caller = caller;
  }

  /** What a call does while nobody else's is served. */
  interface Body<T> {
    T run() throws CallFailure;
  }

  final <T> T serve(String operation, Object argument, Body<T> body) throws CallFailure {
    cell.arrive(operation, argument);
    if (!server.isUp()) {
      throw CallFailure.of(CallFailure.Kind.SILENT, "no answer");
    }
    T reply;
    cell.serving.lock();
    try {
      reply = body.run();
    } finally {
      cell.serving.unlock();
    }
    cell.reply(operation, argument);
    return reply;
  }

  static FakeVnode vnode(FakeVolume volume, WireFid fid) throws CallFailure {
    FakeVnode vnode = volume.vnodes.get(fid.vnode());
    if (vnode == null || vnode.uniquifier != fid.uniquifier()) {
      throw CallFailure.aborted(AfsErrorCode.VNOVNODE);
    }
    return vnode;
  }

  final CallbackPromise promise(WireFid fid) {
    return server.promise(fid, host);
  }

  @Override
  public final FetchStatusReply fetchStatus(WireFid fid) throws CallFailure {
    return serve(
        "FetchStatus",
        fid,
        () -> {
          FakeVolume volume = server.volume(fid.volume());
          FakeVnode vnode = vnode(volume, fid);
          return new FetchStatusReply(vnode.status(caller), promise(fid), volume.sync());
        });
  }

  @Override
  public final BulkStatusReply inlineBulkStatus(List<WireFid> fids) throws CallFailure {
    return serve("InlineBulkStatus", fids, () -> bulkStatus(fids));
  }

  private BulkStatusReply bulkStatus(List<WireFid> fids) throws CallFailure {
    FakeVolume volume = server.volume(fids.getFirst().volume());
    List<BulkStatus> entries = new ArrayList<>();
    for (WireFid fid : fids) {
      try {
        entries.add(new BulkStatus.Found(vnode(volume, fid).status(caller), promise(fid)));
      } catch (CallFailure e) {
        entries.add(new BulkStatus.Failed(e.abortCode()));
      }
    }
    return new BulkStatusReply(entries, volume.sync());
  }

  @Override
  public final FetchDataReply fetchData64(
      WireFid fid, long offset, long length, WritableByteChannel sink) throws CallFailure {
    return serve(
        "FetchData64",
        fid,
        () -> {
          FakeVolume volume = server.volume(fid.volume());
          FakeVnode vnode = vnode(volume, fid);
          int needed = vnode.type == FileType.FILE ? AccessRights.READ : AccessRights.LOOKUP;
          if (!vnode.rightsOf(caller).contains(needed)) {
            throw CallFailure.aborted(EACCES);
          }
          int count = send(vnode.bytes(), offset, length, sink);
          return new FetchDataReply(count, vnode.status(caller), promise(fid), volume.sync());
        });
  }

  private static int send(byte[] data, long offset, long length, WritableByteChannel sink)
      throws CallFailure {
    int from = (int) Math.min(offset, data.length);
    int count = (int) Math.min(length, data.length - from);
    try {
      sink.write(ByteBuffer.wrap(data, from, count));
    } catch (IOException e) {
      throw CallFailure.of(e);
    }
    return count;
  }

  @Override
  public final FetchDataReply fetchData(
      WireFid fid, int offset, int length, WritableByteChannel sink) throws CallFailure {
    throw CallFailure.aborted(RXGEN_OPCODE);
  }

  @Override
  public final FetchVolumeStatus getVolumeStatus(int id) throws CallFailure {
    return serve("GetVolumeStatus", id, () -> server.volume(id).volumeStatus());
  }

  @Override
  public final FetchAclReply fetchAcl(WireFid directory) throws CallFailure {
    return serve(
        "FetchACL",
        directory,
        () -> {
          FakeVolume volume = server.volume(directory.volume());
          FakeVnode vnode = vnode(volume, directory);
          return new FetchAclReply(vnode.accessList, vnode.status(caller), volume.sync());
        });
  }

  @Override
  public final void giveUpCallBacks(List<WireFid> fids) throws CallFailure {
    serve(
        "GiveUpCallBacks",
        fids.size(),
        () -> {
          server.giveUpPromises(host, fids);
          return true;
        });
  }

  @Override
  public final void giveUpAllCallBacks() throws CallFailure {
    serve(
        "GiveUpAllCallBacks",
        server.uuid(),
        () -> {
          server.giveUpPromises(host);
          return true;
        });
  }

  @Override
  public final Instant getStartTime() throws CallFailure {
    return serve(
        "GetStatistics",
        "",
        () -> {
          server.failIfAsked();
          return server.started();
        });
  }

  @Override
  public final Capabilities getCapabilities() throws CallFailure {
    return serve(
        "GetCapabilities", server.uuid(), () -> new Capabilities(Capabilities.FILES_64_BIT));
  }
}
