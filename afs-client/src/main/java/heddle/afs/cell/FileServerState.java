package heddle.afs.cell;

import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.WireFid;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;

/** What all calls of the file server work on, and what they have in common. Thread-safe. */
final class FileServerState {
  private final VolumeTable volumes;
  private final ProtectionDatabase people;
  private final PromiseTable promises;
  private final ClientHosts hosts;

  FileServerState(
      VolumeTable volumes, ProtectionDatabase people, PromiseTable promises, ClientHosts hosts) {
    this.volumes = volumes;
    this.people = people;
    this.promises = promises;
    this.hosts = hosts;
  }

  VolumeTable volumes() {
    return volumes;
  }

  ProtectionDatabase people() {
    return people;
  }

  PromiseTable promises() {
    return promises;
  }

  /** Returns the client that makes the call, as far as it is known. */
  ClientHost host(Request request) {
    return hosts.host(request.peer());
  }

  /** Returns who makes the call, when the client knows all that it must. */
  Requester requester(Request request) throws Refusal {
    ClientHost host = host(request);
    host.greet();
    // who does not answer there may have made the address up
    Set<Integer> asHost = host.canBeCalled() ? people.idsOfHost(host.names()) : Set.of();
    Credentials who = people.credentials(request.caller()).on(asHost);
    return new Requester(host, who);
  }

  /** Returns what the requester may do with a vnode. */
  Access access(Volume volume, Vnode vnode, Requester requester) throws Refusal {
    return Access.of(volume, vnode, volume.guardian(vnode), requester.who());
  }

  /** Returns the status of a vnode as its reader sees it. */
  FetchStatus status(Volume volume, Access access) {
    Vnode vnode = access.vnode();
    int parentNumber =
        vnode.isDirectory() ? vnode.number() : vnode.attributes().parent(); // as servers do
    int parentUniquifier =
        vnode.isDirectory()
            ? vnode.uniquifier()
            : volume.vnode(parentNumber).map(Vnode::uniquifier).orElse(0);
    int lockCount = volume.locks().count(vnode.number(), Instant.now().getEpochSecond());
    return Statuses.of(access, parentNumber, parentUniquifier, lockCount);
  }

  /** Promises to tell of changes; call it before looking at what is promised about. */
  CallbackPromise promise(Volume volume, WireFid fid, Requester requester) {
    if (!requester.host().canBeCalled()) {
      return CallbackPromise.NONE;
    }
    WireFid what = volume.isReadOnly() ? new WireFid(volume.id(), 0, 0) : fid;
    return promises.promise(requester.host(), what);
  }

  /** Returns the volume of a fid, to be changed. */
  Volume writable(WireFid fid) throws Refusal {
    Volume volume = volumes.serving(fid.volume());
    if (volume.isReadOnly()) {
      volume.vnode(fid); // what is not there is said first
      throw Refusal.of(Errno.EROFS);
    }
    return volume;
  }

  /** What one call does to a volume, and whom that concerns. */
  @FunctionalInterface
  interface Body<T> {
    T apply(VolumeChange change, CallbackBreaks breaks) throws IOException;
  }

  /** Makes a change of a volume, then tells those who were promised to hear of it. */
  <T> T change(Volume volume, Requester requester, Body<T> body) throws IOException {
    return change(volume, requester, VolumeStorage.Durability.USUAL, body);
  }

  /** Makes a change that is on the disk when this returns, if asked for that. */
  <T> T change(
      Volume volume, Requester requester, VolumeStorage.Durability durability, Body<T> body)
      throws IOException {
    CallbackBreaks breaks = new CallbackBreaks(promises, requester.host());
    T result = volume.change(durability, change -> body.apply(change, breaks));
    breaks.deliver();
    return result;
  }
}
