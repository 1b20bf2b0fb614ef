package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;

/**
 * What Lookup answers, and CreateFile and MakeDir alike: a directory's entry and the directory.
 *
 * @param fid what the entry names
 * @param status status of that
 * @param directoryStatus status of the directory, after the change if there was one
 */
public record LookupReply(
    WireFid fid,
    FetchStatus status,
    FetchStatus directoryStatus,
    CallbackPromise callback,
    VolSync volSync) {
  static LookupReply readFrom(XdrReader in) throws IOException {
    return new LookupReply(
        WireFid.readFrom(in),
        FetchStatus.readFrom(in),
        FetchStatus.readFrom(in),
        CallbackPromise.readFrom(in),
        VolSync.readFrom(in));
  }
}
