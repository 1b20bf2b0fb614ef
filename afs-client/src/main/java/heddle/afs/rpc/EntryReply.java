package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;

/**
 * What Lookup, CreateFile, MakeDir and Symlink answer: an entry of a directory, and the directory.
 *
 * @param fid what the entry names
 * @param status status of that
 * @param directoryStatus status of the directory, after the change if there was one
 */
public record EntryReply(
    WireFid fid,
    FetchStatus status,
    FetchStatus directoryStatus,
    CallbackPromise callback,
    VolSync volSync) {
  static EntryReply readFrom(XdrReader in) throws IOException {
    return new EntryReply(
        WireFid.readFrom(in),
        FetchStatus.readFrom(in),
        FetchStatus.readFrom(in),
        CallbackPromise.readFrom(in),
        VolSync.readFrom(in));
  }

  static EntryReply readWithoutCallback(XdrReader in) throws IOException {
    return new EntryReply(
        WireFid.readFrom(in),
        FetchStatus.readFrom(in),
        FetchStatus.readFrom(in),
        CallbackPromise.NONE,
        VolSync.readFrom(in));
  }
}
