package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;

/** What FetchStatus answers. */
public record FetchStatusReply(FetchStatus status, CallbackPromise callback, VolSync volSync) {
  static FetchStatusReply readFrom(XdrReader in) throws IOException {
    return new FetchStatusReply(
        FetchStatus.readFrom(in), CallbackPromise.readFrom(in), VolSync.readFrom(in));
  }
}
