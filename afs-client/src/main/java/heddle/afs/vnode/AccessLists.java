package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.afs.location.CallFailure;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeOperations;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.ErrorKind;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.StatusReply;
import heddle.afs.rpc.WireFid;
import java.util.Arrays;
import java.util.List;

/**
 * Access control lists of directories. They are not cached. Thread-safe.
 *
 * <p>On the wire a zero byte follows the text, without which a server refuses it.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, check_acl (behaviour).
 */
public final class AccessLists {
  private final FileSystem files;
  private final PathWalker walker;
  private final VolumeOperations operations;
  private final ChangeCalls changes;

  AccessLists(
      FileSystem files, PathWalker walker, VolumeOperations operations, ChangeCalls changes) {
    this.files = files;
    this.walker = walker;
    this.operations = operations;
    this.changes = changes;
  }

  /** See {@link heddle.afs.AfsClient#accessList}. */
  public byte[] fetch(Caller caller, AfsPath path) throws AfsException {
    Request request = files.begin(caller);
    Vnode vnode = vnode(path, request);
    byte[] list =
        operations
            .run(
                vnode.volume().volume(),
                request,
                () -> "fetching the access list of " + vnode,
                (calls, server) -> calls.fetchAcl(vnode.wireFid()))
            .accessList();
    return Arrays.copyOf(list, textLength(list));
  }

  /** See {@link heddle.afs.AfsClient#setAccessList}. */
  public void store(Caller caller, AfsPath path, byte[] list) throws AfsException {
    Request request = files.begin(caller);
    byte[] ended = Arrays.copyOf(list, textLength(list) + 1);
    if (ended.length > FileService.MAX_ACL_BYTES) {
      throw new AfsException.InvalidArgument("an access list of " + list.length + " bytes");
    }
    Vnode vnode = vnode(path, request);
    ChangeCalls.Changed<StatusReply> changed =
        changes.make(
            List.of(vnode),
            () -> "storing the access list of " + vnode,
            calls -> call(calls, vnode.wireFid(), ended),
            request);
    changed.changes().getFirst().unknown(); // the rights of all callers
  }

  private static int textLength(byte[] list) {
    int length = list.length;
    while (length > 0 && list[length - 1] == 0) {
      length--;
    }
    return length;
  }

  private static StatusReply call(FileServerCalls calls, WireFid fid, byte[] list)
      throws CallFailure {
    try {
      return calls.storeAcl(fid, list);
    } catch (CallFailure e) {
      if (AfsErrorCode.kind(e.abortCode()) != ErrorKind.NOT_SUPPORTED) {
        throw e;
      }
      return calls.oldStoreAcl(fid, list);
    }
  }

  private Vnode vnode(AfsPath path, Request request) throws AfsException {
    if (walker.resolve(path, PathWalker.LastLink.FOLLOW, request) instanceof Vnode vnode) {
      return vnode;
    }
    throw new AfsException.InvalidArgument(path + " is made up by the client");
  }
}
