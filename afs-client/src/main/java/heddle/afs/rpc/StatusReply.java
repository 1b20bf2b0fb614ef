package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;

/**
 * What calls answer that change one vnode.
 *
 * @param status of that vnode after the change; of the directory, where an entry was removed
 */
public record StatusReply(FetchStatus status, VolSync volSync) {
  static StatusReply readFrom(XdrReader in) throws IOException {
    return new StatusReply(FetchStatus.readFrom(in), VolSync.readFrom(in));
  }
}
