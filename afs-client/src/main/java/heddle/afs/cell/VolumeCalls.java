package heddle.afs.cell;

import heddle.afs.rpc.FetchVolumeStatus;
import heddle.afs.rpc.StoreVolumeStatus;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;

/**
 * The calls of the file server about whole volumes.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, RXGetVolumeStatus, RXUpdate_VolumeStatus
 * (behaviour).
 */
final class VolumeCalls {
  private final FileServerState server;

  VolumeCalls(FileServerState server) {
    this.server = server;
  }

  private Volume volume(int id) throws Refusal {
    if (id == 0) {
      throw Refusal.of(Errno.EINVAL);
    }
    return server.volumes().serving(id);
  }

  XdrWriter getVolumeStatus(Request request) throws IOException {
    int id = request.in().int32();
    request.end();
    server.requester(request);
    XdrWriter out = new XdrWriter();
    status(volume(id)).writeTo(out);
    return out;
  }

  private static FetchVolumeStatus status(Volume volume) {
    VolumeHeader header = volume.header();
    return new FetchVolumeStatus(
        header.id(),
        header.parentId(),
        true,
        true,
        true,
        false,
        !volume.isReadOnly(),
        header.minQuotaBlocks(),
        header.quotaBlocks(),
        volume.usedBlocks(),
        volume.partition().freeBlocks(),
        volume.partition().sizeBlocks(),
        header.name(),
        header.offlineMessage(),
        ""); // servers keep the message of the day to themselves
  }

  XdrWriter setVolumeStatus(Request request) throws IOException {
    int id = request.in().int32();
    StoreVolumeStatus status = StoreVolumeStatus.readFrom(request.in());
    request.end();
    Requester requester = server.requester(request);
    volume(id);
    Volume volume = server.writable(new WireFid(id, Vnode.ROOT_NUMBER, 1));
    if (!requester.who().isAdministrator()) {
      throw Refusal.of(Errno.EACCES);
    }
    volume.change(
        change -> {
          change.put(changed(change.header(), status));
          return true;
        });
    return Replies.none();
  }

  private static VolumeHeader changed(VolumeHeader header, StoreVolumeStatus status) {
    boolean setsMax = (status.mask() & StoreVolumeStatus.SET_MAX_QUOTA) != 0;
    boolean setsMin = (status.mask() & StoreVolumeStatus.SET_MIN_QUOTA) != 0;
    String offline = status.offlineMessage();
    return header
        .withQuota(
            setsMax ? Math.max(0, status.maxQuota()) : header.quotaBlocks(),
            setsMin ? Math.max(0, status.minQuota()) : header.minQuotaBlocks())
        .withMessages(
            offline.isEmpty() ? header.offlineMessage() : offline,
            status.motd().isEmpty() ? header.motd() : status.motd());
  }

  /** GetRootVolume. */
  static XdrWriter rootVolume(Request request) throws IOException {
    request.end();
    return new XdrWriter().string("root.afs", 256);
  }
}
