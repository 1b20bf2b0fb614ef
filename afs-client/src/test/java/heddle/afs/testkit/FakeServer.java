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
import heddle.afs.rpc.FetchDataReply;
import heddle.afs.rpc.FetchStatusReply;
import heddle.afs.rpc.FetchVolumeStatus;
import heddle.afs.rpc.WireFid;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A file server of a {@link FakeCell}: answers on the caller's thread. */
public final class FakeServer {
  /** How long each promise stands. */
  public static final Duration PROMISE = Duration.ofHours(2);

  private static final int EACCES = 13;

  final UUID uuid;
  final List<Inet4Address> addresses = new ArrayList<>();
  private final FakeCell cell;
  private final Map<Integer, FakeVolume> volumes = new ConcurrentHashMap<>();
  private final Set<WireFid> promises = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<CallFailure> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean up = true;

  FakeServer(FakeCell cell, Inet4Address address) {
    this.cell = cell;
    this.uuid = new UUID(1, address.hashCode());
    addresses.add(address);
  }

  public UUID uuid() {
    return uuid;
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(addresses.getFirst(), 7000);
  }

  /** Stops or starts answering. */
  public void setUp(boolean value) {
    up = value;
  }

  /** The next calls about files or volumes fail like that, one after the other. */
  public void failNext(CallFailure... next) {
    failures.addAll(List.of(next));
  }

  void add(FakeVolume volume) {
    volumes.put(volume.id, volume);
    if (!volume.sites.contains(this)) {
      volume.sites.add(this);
    }
  }

  /** The volume is not here any more. */
  public void remove(FakeVolume volume) {
    volumes.remove(volume.id);
    volume.sites.remove(this);
  }

  /** Returns how many promises the server thinks it has to keep. */
  public int promiseCount() {
    return promises.size();
  }

  /** The server forgets its promises, as after a restart, and says so. */
  public void forgetPromises() {
    promises.clear();
    cell.handler().initCallBackState(address(), uuid);
  }

  void breakPromises(WireFid fid) {
    boolean promised =
        fid.vnode() == 0
            ? promises.removeIf(each -> each.volume() == fid.volume())
            : promises.remove(fid);
    if (promised) {
      cell.handler().callBack(address(), List.of(fid), List.of(CallbackPromise.GIVEN_UP));
    }
  }

  FileServerCalls calls(Caller caller) {
    return new Calls(caller);
  }

  private final class Calls implements FileServerCalls {
    private final Caller caller;

    Calls(Caller caller) {
      this.caller = caller;
    }

    private void begin(String operation, Object argument) throws CallFailure {
      cell.arrive(operation, argument);
      if (!up) {
        throw CallFailure.of(CallFailure.Kind.SILENT, "no answer");
      }
    }

    private FakeVolume volume(int id) throws CallFailure {
      CallFailure failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
      FakeVolume volume = volumes.get(id);
      if (volume == null) {
        throw CallFailure.aborted(AfsErrorCode.VNOVOL);
      }
      return volume;
    }

    private static FakeVnode vnode(FakeVolume volume, WireFid fid) throws CallFailure {
      FakeVnode vnode = volume.vnodes.get(fid.vnode());
      if (vnode == null || vnode.uniquifier != fid.uniquifier()) {
        throw CallFailure.aborted(AfsErrorCode.VNOVNODE);
      }
      return vnode;
    }

    private CallbackPromise promise(WireFid fid) {
      promises.add(fid);
      return new CallbackPromise(1, PROMISE, CallbackPromise.SHARED);
    }

    @Override
    public FetchStatusReply fetchStatus(WireFid fid) throws CallFailure {
      begin("FetchStatus", fid);
      FakeVolume volume = volume(fid.volume());
      FakeVnode vnode = vnode(volume, fid);
      FetchStatusReply reply =
          new FetchStatusReply(vnode.status(caller), promise(fid), volume.sync());
      cell.reply("FetchStatus", fid);
      return reply;
    }

    @Override
    public BulkStatusReply inlineBulkStatus(List<WireFid> fids) throws CallFailure {
      begin("InlineBulkStatus", fids);
      FakeVolume volume = volume(fids.getFirst().volume());
      List<BulkStatus> entries = new ArrayList<>();
      for (WireFid fid : fids) {
        try {
          entries.add(new BulkStatus.Found(vnode(volume, fid).status(caller), promise(fid)));
        } catch (CallFailure e) {
          entries.add(new BulkStatus.Failed(e.abortCode()));
        }
      }
      cell.reply("InlineBulkStatus", fids);
      return new BulkStatusReply(entries, volume.sync());
    }

    @Override
    public FetchDataReply fetchData64(
        WireFid fid, long offset, long length, WritableByteChannel sink) throws CallFailure {
      begin("FetchData64", fid);
      FakeVolume volume = volume(fid.volume());
      FakeVnode vnode = vnode(volume, fid);
      int needed = vnode.type == FileType.FILE ? AccessRights.READ : AccessRights.LOOKUP;
      if (!vnode.rightsOf(caller).contains(needed)) {
        throw CallFailure.aborted(EACCES);
      }
      byte[] data = vnode.bytes();
      int from = (int) Math.min(offset, data.length);
      int count = (int) Math.min(length, data.length - from);
      try {
        sink.write(ByteBuffer.wrap(data, from, count));
      } catch (IOException e) {
        throw CallFailure.of(e);
      }
      FetchDataReply reply =
          new FetchDataReply(count, vnode.status(caller), promise(fid), volume.sync());
      cell.reply("FetchData64", fid);
      return reply;
    }

    @Override
    public FetchDataReply fetchData(WireFid fid, int offset, int length, WritableByteChannel sink)
        throws CallFailure {
      throw CallFailure.aborted(-455); // RXGEN_OPCODE
    }

    @Override
    public FetchVolumeStatus getVolumeStatus(int id) throws CallFailure {
      begin("GetVolumeStatus", id);
      FakeVolume volume = volume(id);
      return new FetchVolumeStatus(
          id,
          id,
          true,
          true,
          true,
          false,
          !volume.readOnly,
          0,
          5000,
          7,
          800,
          1000,
          volume.name,
          "",
          "");
    }

    @Override
    public void giveUpAllCallBacks() throws CallFailure {
      begin("GiveUpAllCallBacks", uuid);
      promises.clear();
    }

    @Override
    public Capabilities getCapabilities() throws CallFailure {
      begin("GetCapabilities", uuid);
      return new Capabilities(Capabilities.FILES_64_BIT);
    }
  }
}
