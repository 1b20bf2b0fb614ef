package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;

/**
 * What Link answers.
 *
 * @param status of the file, which has one name more
 * @param directoryStatus of the directory after the change
 */
public record LinkReply(FetchStatus status, FetchStatus directoryStatus, VolSync volSync) {
  static LinkReply readFrom(XdrReader in) throws IOException {
    return new LinkReply(FetchStatus.readFrom(in), FetchStatus.readFrom(in), VolSync.readFrom(in));
  }
}
