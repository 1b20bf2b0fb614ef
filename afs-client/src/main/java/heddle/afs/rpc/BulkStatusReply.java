package heddle.afs.rpc;

import java.util.List;

/**
 * What InlineBulkStatus and BulkStatus answer.
 *
 * @param entries one for each fid asked for, in that order
 */
public record BulkStatusReply(List<BulkStatus> entries, VolSync volSync) {}
