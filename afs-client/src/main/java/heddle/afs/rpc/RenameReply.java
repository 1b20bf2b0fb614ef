package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;

/**
 * What Rename answers.
 *
 * @param oldDirectoryStatus of the directory that the name left, after the change
 * @param newDirectoryStatus of the directory that it came to; equal where both are one
 */
public record RenameReply(
    FetchStatus oldDirectoryStatus, FetchStatus newDirectoryStatus, VolSync volSync) {
  static RenameReply readFrom(XdrReader in) throws IOException {
    return new RenameReply(
        FetchStatus.readFrom(in), FetchStatus.readFrom(in), VolSync.readFrom(in));
  }
}
