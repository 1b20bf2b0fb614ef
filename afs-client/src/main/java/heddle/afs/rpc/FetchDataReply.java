package heddle.afs.rpc;

/**
 * What FetchData answers, the data apart.
 *
 * @param byteCount bytes of data that came; fewer than asked for only at the end of the file
 */
public record FetchDataReply(
    long byteCount, FetchStatus status, CallbackPromise callback, VolSync volSync) {}
