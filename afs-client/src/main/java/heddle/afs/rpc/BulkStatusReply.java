package heddle.afs.rpc;

import heddle.afs.rpc.StatusWords.Field;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What InlineBulkStatus and BulkStatus answer.
 *
 * @param entries one for each fid asked for, in that order
 */
public record BulkStatusReply(List<BulkStatus> entries, VolSync volSync) {
  /** Reads the reply to a call that asked for {@code asked} fids. */
  static BulkStatusReply readFrom(XdrReader in, int asked) throws IOException {
    expectCount(in, asked);
    List<StatusWords> statuses = new ArrayList<>(asked);
    for (int i = 0; i < asked; i++) {
      statuses.add(StatusWords.readFrom(in));
    }
    expectCount(in, asked);
    List<BulkStatus> entries = new ArrayList<>(asked);
    for (StatusWords status : statuses) {
      entries.add(entry(status, CallbackPromise.readFrom(in)));
    }
    return new BulkStatusReply(List.copyOf(entries), VolSync.readFrom(in));
  }

  private static void expectCount(XdrReader in, int asked) throws IOException {
    int count = in.arrayLength(FileService.MAX_BULK_FIDS);
    if (count != asked) {
      throw new XdrException("bulk status of " + count + " files where " + asked + " were asked");
    }
  }

  private static BulkStatus entry(StatusWords status, CallbackPromise callback)
      throws XdrException {
    // some servers leave the interface version 0 beside an error code: the code decides
    int errorCode = status.get(Field.ERROR_CODE);
    return errorCode != 0
        ? new BulkStatus.Failed(errorCode)
        : new BulkStatus.Found(FetchStatus.of(status), callback);
  }
}
