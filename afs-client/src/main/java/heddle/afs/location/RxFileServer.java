package heddle.afs.location;

import heddle.afs.rpc.BulkStatusReply;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.EntryReply;
import heddle.afs.rpc.FetchAclReply;
import heddle.afs.rpc.FetchDataReply;
import heddle.afs.rpc.FetchStatusReply;
import heddle.afs.rpc.FetchVolumeStatus;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.LinkReply;
import heddle.afs.rpc.LockType;
import heddle.afs.rpc.RenameReply;
import heddle.afs.rpc.StatusReply;
import heddle.afs.rpc.StoreRange;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.StoreVolumeStatus;
import heddle.afs.rpc.VolSync;
import heddle.afs.rpc.WireFid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import java.util.List;

/** The calls of a file server over Rx. */
final class RxFileServer implements FileServerCalls {
  private final Line line;

  /** Makes calls to one address with one token and one set of options. */
  interface Line {
    /** Makes and counts one call; whatever goes wrong becomes a {@link CallFailure}. */
    <T> T call(String operation, Object argument, Single<T> request) throws CallFailure;
  }

  /** Makes one call of the service. */
  @FunctionalInterface
  interface Single<T> {
    T make(FileService service) throws IOException;
  }

  /** Makes one call that has no results. */
  @FunctionalInterface
  private interface Telling {
    void make(FileService service) throws IOException;
  }

  RxFileServer(Line line) {
    this.line = line;
  }

  private void tell(String operation, Object argument, Telling request) throws CallFailure {
    line.call(
        operation,
        argument,
        service -> {
          request.make(service);
          return true;
        });
  }

  @Override
  public FetchStatusReply fetchStatus(WireFid fid) throws CallFailure {
    return line.call("FetchStatus", fid, service -> service.fetchStatus(fid));
  }

  @Override
  public BulkStatusReply inlineBulkStatus(List<WireFid> fids) throws CallFailure {
    return line.call("InlineBulkStatus", fids.size(), service -> service.inlineBulkStatus(fids));
  }

  @Override
  public FetchDataReply fetchData64(WireFid fid, long offset, long length, WritableByteChannel sink)
      throws CallFailure {
    return line.call("FetchData64", fid, service -> service.fetchData64(fid, offset, length, sink));
  }

  @Override
  public FetchDataReply fetchData(WireFid fid, int offset, int length, WritableByteChannel sink)
      throws CallFailure {
    return line.call("FetchData", fid, service -> fetchWhole(service, fid, offset, length, sink));
  }

  private static FetchDataReply fetchWhole(
      FileService service, WireFid fid, int offset, int length, WritableByteChannel sink)
      throws IOException {
    ByteBuffer all = ByteBuffer.allocate(length);
    FetchDataReply reply = service.fetchData(fid, offset, all);
    all.flip();
    while (all.hasRemaining()) {
      sink.write(all);
    }
    return reply;
  }

  @Override
  public FetchVolumeStatus getVolumeStatus(int volume) throws CallFailure {
    return line.call("GetVolumeStatus", volume, service -> service.getVolumeStatus(volume));
  }

  @Override
  public FetchAclReply fetchAcl(WireFid directory) throws CallFailure {
    return line.call("FetchACL", directory, service -> service.fetchAcl(directory));
  }

  @Override
  public void giveUpCallBacks(List<WireFid> fids) throws CallFailure {
    tell("GiveUpCallBacks", fids.size(), service -> service.giveUpCallBacks(fids));
  }

  @Override
  public void giveUpAllCallBacks() throws CallFailure {
    tell("GiveUpAllCallBacks", "", FileService::giveUpAllCallBacks);
  }

  @Override
  public Instant getStartTime() throws CallFailure {
    return line.call("GetStatistics", "", FileService::getStartTime);
  }

  @Override
  public Capabilities getCapabilities() throws CallFailure {
    return line.call("GetCapabilities", "", FileService::getCapabilities);
  }

  @Override
  public StatusReply storeData64(
      WireFid fid, StoreStatus status, StoreRange range, ReadableByteChannel source)
      throws CallFailure {
    return line.call(
        "StoreData64", fid, service -> service.storeData64(fid, status, range, source));
  }

  @Override
  public StatusReply storeStatus(WireFid fid, StoreStatus status) throws CallFailure {
    return line.call("StoreStatus", fid, service -> service.storeStatus(fid, status));
  }

  @Override
  public EntryReply createFile(WireFid directory, byte[] name, StoreStatus status)
      throws CallFailure {
    return line.call(
        "CreateFile", directory, service -> service.createFile(directory, name, status));
  }

  @Override
  public EntryReply makeDir(WireFid directory, byte[] name, StoreStatus status) throws CallFailure {
    return line.call("MakeDir", directory, service -> service.makeDir(directory, name, status));
  }

  @Override
  public EntryReply symlink(WireFid directory, byte[] name, byte[] contents, StoreStatus status)
      throws CallFailure {
    return line.call(
        "Symlink", directory, service -> service.symlink(directory, name, contents, status));
  }

  @Override
  public LinkReply link(WireFid directory, byte[] name, WireFid file) throws CallFailure {
    return line.call("Link", directory, service -> service.link(directory, name, file));
  }

  @Override
  public RenameReply rename(
      WireFid oldDirectory, byte[] oldName, WireFid newDirectory, byte[] newName)
      throws CallFailure {
    return line.call(
        "Rename",
        oldDirectory,
        service -> service.rename(oldDirectory, oldName, newDirectory, newName));
  }

  @Override
  public StatusReply removeFile(WireFid directory, byte[] name) throws CallFailure {
    return line.call("RemoveFile", directory, service -> service.removeFile(directory, name));
  }

  @Override
  public StatusReply removeDir(WireFid directory, byte[] name) throws CallFailure {
    return line.call("RemoveDir", directory, service -> service.removeDir(directory, name));
  }

  @Override
  public VolSync setLock(WireFid fid, LockType type) throws CallFailure {
    return line.call("SetLock", fid, service -> service.setLock(fid, type));
  }

  @Override
  public VolSync extendLock(WireFid fid) throws CallFailure {
    return line.call("ExtendLock", fid, service -> service.extendLock(fid));
  }

  @Override
  public VolSync releaseLock(WireFid fid) throws CallFailure {
    return line.call("ReleaseLock", fid, service -> service.releaseLock(fid));
  }

  @Override
  public StatusReply storeAcl(WireFid directory, byte[] accessList) throws CallFailure {
    return line.call("StoreACL", directory, service -> service.storeAcl(directory, accessList));
  }

  @Override
  public StatusReply oldStoreAcl(WireFid directory, byte[] accessList) throws CallFailure {
    return line.call(
        "OldStoreACL", directory, service -> service.oldStoreAcl(directory, accessList));
  }

  @Override
  public void setVolumeStatus(int volume, StoreVolumeStatus status) throws CallFailure {
    tell("SetVolumeStatus", volume, service -> service.setVolumeStatus(volume, status));
  }
}
