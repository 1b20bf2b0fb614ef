package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;

/**
 * What FetchACL answers.
 *
 * @param accessList the access control list as text, in the form of {@code fs getacl}; it belongs
 *     to the reader and must not be changed
 */
public record FetchAclReply(byte[] accessList, FetchStatus status, VolSync volSync) {
  static FetchAclReply readFrom(XdrReader in) throws IOException {
    return new FetchAclReply(
        in.opaque(FileService.MAX_ACL_BYTES), FetchStatus.readFrom(in), VolSync.readFrom(in));
  }
}
