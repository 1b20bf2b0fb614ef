package heddle.afs.cell;

import heddle.afs.AccessRights;
import heddle.afs.rpc.LockType;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.time.Instant;

/**
 * The calls about advisory locks. On a volume that cannot be written, read locks are granted and
 * not kept: nobody could have the file locked for writing.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, HandleLocking, SAFSS_SetLock (behaviour).
 */
final class LockCalls {
  private final FileServerState server;

  LockCalls(FileServerState server) {
    this.server = server;
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  /** A vnode whose locks are asked for. */
  private record Target(Volume volume, Access access) {
    int number() {
      return access.vnode().number();
    }

    XdrWriter reply() {
      XdrWriter out = new XdrWriter();
      volume.sync().writeTo(out);
      return out;
    }
  }

  private Target target(WireFid fid, Requester requester) throws Refusal {
    Volume volume = server.volumes().serving(fid.volume());
    return new Target(volume, server.access(volume, volume.vnode(fid), requester));
  }

  XdrWriter setLock(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    int number = request.in().int32();
    request.end();
    Requester requester = server.requester(request);
    if (number != LockType.READ.ordinal() && number != LockType.WRITE.ordinal()) {
      throw Refusal.of(Errno.EINVAL);
    }
    LockType type = LockType.values()[number];
    Target target = target(fid, requester);
    if (target.volume.isReadOnly()) {
      if (type == LockType.WRITE) {
        throw Refusal.of(Errno.EROFS);
      }
      return target.reply();
    }
    target.access.requireLock(type == LockType.READ ? AccessRights.LOCK : AccessRights.WRITE);
    target.volume.locks().set(target.number(), type, now());
    return target.reply();
  }

  XdrWriter extendLock(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    request.end();
    Target target = target(fid, server.requester(request));
    if (!target.volume.isReadOnly()) {
      target.volume.locks().extend(target.number(), now());
    }
    return target.reply();
  }

  XdrWriter releaseLock(Request request) throws IOException {
    WireFid fid = WireFid.readFrom(request.in());
    request.end();
    Requester requester = server.requester(request);
    Target target = target(fid, requester);
    if (!target.volume.isReadOnly()
        && target.volume.locks().release(target.number()) == VnodeLocks.Released.WHOLLY) {
      CallbackBreaks breaks = new CallbackBreaks(server.promises(), requester.host());
      breaks.others(fid); // that is how those who wait hear of it
      breaks.deliver();
    }
    return target.reply();
  }
}
